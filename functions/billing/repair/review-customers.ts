import { bulkhead } from "cockatiel";
import { DynamoDBClient } from "../../shared/aws/dynamodb.ts";
import { SQSClient } from "../../shared/aws/sqs.ts";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { readContext } from "../../shared/lambda-context.ts";
import { resilient } from "../../shared/resilience.ts";
import { shards } from "../../shared/shard.ts";
import { type Telemetry, telemetry } from "../../shared/telemetry.ts";
import { type DueReview, type DueReviews, dynamoDueReviews } from "./due-reviews.ts";
import { type RefreshRequests, sqsRefreshRequests } from "./refresh-request.ts";

export interface ReviewPorts {
  readonly reviews: DueReviews;
  readonly requests: RefreshRequests;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Customers whose refresh one run queues at most. */
export const mostReviews = 2_000;
/** Seconds after which a row that no refresh has changed is due again: longer than the worker's own retries. */
const reviewAgainAfter = 900;

/** Milliseconds that one customer may take at worst, kept free before the function's timeout. */
const customerTime = 9_000;
const atOnce = 16;

const outcomes = ["queued", "unqueued", "postponed"] as const;
type Reviewed = (typeof outcomes)[number];

/**
 * Queues a refresh of every customer whose access ends by the clock: a grace or a period is over, and no event
 * says so. The worker then reads Stripe and decides, in the order of that customer's messages. A row that could
 * not be queued stays due; one that was is due again after 15 minutes, unless it was refreshed. So no row is lost,
 * and none that keeps failing stands before the others. One run queues 2,000 at most. Throws the first fault of
 * reading the index, after the other shards were tried.
 */
export const reviewCustomers = (ports: ReviewPorts) => {
  return (_event: unknown, context?: unknown): Promise<void> =>
    ports.telemetry.observe("review", async (line) => {
      const { requestId, remaining } = readContext(context);
      if (requestId !== undefined) line.add({ requestId });
      const counts: Record<Reviewed, number> = { queued: 0, unqueued: 0, postponed: 0 };
      const faults: unknown[] = [];
      const unread: unknown[] = [];
      const now = Math.floor(ports.now() / 1000);
      const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
      const enough = () => remaining() >= customerTime && counts.queued + counts.unqueued < mostReviews;
      const reviewInTime = async (review: DueReview): Promise<Reviewed> => {
        if (remaining() < customerTime) return "postponed";
        try {
          await reviewOne(ports, review, now);
          return "queued";
        } catch (error) {
          faults.push(error);
          return "unqueued";
        }
      };
      const minute = Math.floor(now / 60);
      // Another shard is first each minute, so that none is always the one for which time runs short.
      for (let number = 0; number < shards && enough(); number += 1) {
        try {
          for await (const page of ports.reviews.due((minute + number) % shards, now)) {
            const reviewed = await Promise.all(
              page.map((review) => limited.execute(() => reviewInTime(review))),
            );
            for (const outcome of reviewed) counts[outcome] += 1;
            if (!enough()) break;
          }
        } catch (error) {
          unread.push(error);
        }
      }
      line.add({ outcome: "reviewed", ...counts });
      if (!enough()) line.add({ code: "deadline_reached" });
      if (faults.length > 0) line.fail(faults[0]);
      if (unread.length > 0) throw unread[0];
    });
};

/** Queued first: when the second step fails, the row is still due, and a refresh too many does no harm. */
async function reviewOne({ reviews, requests }: ReviewPorts, review: DueReview, now: number): Promise<void> {
  const { stripeCustomerId: customerId, reviewAt } = review;
  await requests.send({ v: 1, cause: "review", customerId }, `${reviewAt}#${now}`);
  await reviews.postpone(review, now + reviewAgainAfter);
}

export interface Environment {
  readonly CUSTOMERS_TABLE: string;
  readonly EVENTS_QUEUE_URL: string;
}

export const handler = onFirstCall(() => {
  const { CUSTOMERS_TABLE, EVENTS_QUEUE_URL } = readEnvironment<Environment>({
    CUSTOMERS_TABLE: "required",
    EVENTS_QUEUE_URL: "required",
  });
  const dynamodb = new DynamoDBClient();
  return reviewCustomers({
    reviews: dynamoDueReviews(dynamodb, CUSTOMERS_TABLE, resilient("dynamodb")),
    requests: sqsRefreshRequests(new SQSClient(), EVENTS_QUEUE_URL, resilient("sqs")),
    telemetry: telemetry("review-customers"),
    now: Date.now,
  });
});
