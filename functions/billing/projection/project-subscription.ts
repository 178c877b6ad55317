import * as v from "valibot";
import { pseudonym } from "../../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import {
  type BatchResponse,
  type Handled,
  handleInOrder,
  type QueueRecord,
  serveByGroup,
} from "../../shared/fifo-batch.ts";
import { readContext } from "../../shared/lambda-context.ts";
import { noteNotRead, readMessage } from "../../shared/read-message.ts";
import { type Receipts, sqsReceipts } from "../../shared/receipts.ts";
import { sqsRevocations } from "../../shared/revocations.ts";
import { type Line, type Telemetry, telemetry } from "../../shared/telemetry.ts";
import { type RefreshRequest, refreshRequest } from "../repair/refresh-request.ts";
import { type BillingEvent, billingEvent } from "../webhook/billing-event.ts";
import { effectOf } from "../webhook/webhook-events.ts";
import type { Duplicates } from "./duplicate-subscriptions.ts";
import { type EndDuplicate, endDuplicate } from "./end-duplicate.ts";
import { type EndForCharge, endForCharge, matterToEnd } from "./end-for-charge.ts";
import { type MirrorEnvironment, mirrorParts, mirrorVariables } from "./mirror-parts.ts";
import { type ProjectionPorts, refreshCustomer } from "./project-customer.ts";
import { dynamoProjections } from "./projections.ts";
import { type StripeReader, stripeReader } from "./stripe-reader.ts";

export interface WorkerPorts extends Omit<ProjectionPorts, "stripe"> {
  readonly stripe: StripeReader;
  readonly endDuplicate: EndDuplicate;
  readonly endForCharge: EndForCharge;
  readonly receipts: Receipts;
  readonly telemetry: Telemetry;
}

/** Milliseconds that one customer may take at worst. */
const customerTime = 8_000;
const longestPause = 64;

/**
 * Brings the rows of customers up to date with Stripe. Customers are independent. Of one customer's messages the
 * first causes a read of Stripe, which tells what all of them in the batch were about; the others end with it.
 * When it fails, it and all behind it come back after 1, 2, 4 … 64 seconds. A message that cannot be read comes
 * back alone, and becomes a dead letter.
 */
export const projectSubscription = (ports: WorkerPorts) => {
  return (event: unknown, context?: unknown): Promise<BatchResponse> => {
    const { remaining } = readContext(context);
    return serveByGroup(event, (records) => {
      const state: GroupState = { isLate: remaining() < customerTime, isFresh: false };
      return handleInOrder(records, { receipts: ports.receipts, longestPause }, (record, isBlocked) =>
        handleRecord(ports, record, state, isBlocked),
      );
    });
  };
};

interface GroupState {
  /** Too little time is left to begin. */
  readonly isLate: boolean;
  /** The customer was read after all messages of the batch had been queued. */
  isFresh: boolean;
}

/** One message, and its log line. Never throws. */
const handleRecord = (
  ports: WorkerPorts,
  record: QueueRecord,
  state: GroupState,
  isBlocked: boolean,
): Promise<Handled> =>
  ports.telemetry.observe(
    "projection",
    async (line) => {
      line.add({ requestId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount });
      const message = readMessage(anyMessage, 1, record.body);
      if (typeof message === "string") return noteNotRead(line, message);
      const isEvent = "eventId" in message;
      line.add(
        isEvent ? { stripeEventId: message.eventId, stripeType: message.type } : { cause: message.cause },
      );
      if (state.isLate || isBlocked) {
        line.add({ outcome: "retried", code: state.isLate ? "no_time" : "group_blocked" });
        return "again";
      }
      if (isEvent && effectOf(message.type) !== "refresh") return recorded(ports, message, line);
      if (state.isFresh) {
        line.add({ outcome: "served", code: "coalesced" });
        return "done";
      }
      try {
        await project(ports, message, line);
        state.isFresh = true;
        return "done";
      } catch (error) {
        line.fail(error);
        return "again";
      }
    },
    record.attributes.AWSTraceHeader,
  );

/** An event that changes no subscription. The seller may want one ended for it; then Stripe tells of that. */
async function recorded(
  { access, endForCharge }: WorkerPorts,
  { type, objectId }: BillingEvent,
  line: Line,
): Promise<Handled> {
  const matter = matterToEnd(type, access);
  line.add({ outcome: "served" });
  if (!matter) return "done";
  try {
    line.add({ code: (await endForCharge(matter, objectId)) === "ended" ? "charge_ended" : "charge_kept" });
    return "done";
  } catch (error) {
    line.fail(error);
    return "again";
  }
}

async function project(ports: WorkerPorts, message: Message, line: Line): Promise<void> {
  const calls = { count: 0 };
  const stripe = counting(ports.stripe, calls);
  const ignore = (code: string) => line.add({ outcome: "ignored", code, stripeCalls: calls.count });
  const stripeCustomerId =
    message.customerId ?? ("objectId" in message ? await stripe.customerOf(message.objectId) : undefined);
  if (stripeCustomerId === undefined) return ignore("customer_absent");
  // The index lags behind: a customer that is seconds old is asked for at Stripe.
  const user = (await ports.customers.userOf(stripeCustomerId)) ?? (await stripe.userOf(stripeCustomerId));
  if (user === undefined) return ignore("user_absent");
  const [tenant = "", ...subject] = user.split("#");
  line.add({ tenant, subject: pseudonym(subject.join("#")) });
  const cause = "cause" in message ? message.cause : { eventId: message.eventId };
  const refreshed = await refreshCustomer({ ...ports, stripe }, { user, stripeCustomerId, cause });
  if (!("fence" in refreshed)) return ignore(refreshed.kind);
  line.add({ fence: refreshed.fence, stripeCalls: calls.count });
  if (refreshed.kind === "superseded") return line.add({ outcome: "superseded" });
  const [code] = refreshed.oddities;
  line.add({ outcome: "projected", transitions: refreshed.transitions, ...(code && { code }) });
  if (refreshed.duplicates.count > 0) await handleDuplicates(ports, refreshed.duplicates, line);
}

/** Those that were ended are seen by the event that tells it; what a crash left is found by the next read. */
async function handleDuplicates(
  { access, endDuplicate }: WorkerPorts,
  { count, boughtTwice }: Duplicates,
  line: Line,
): Promise<void> {
  line.add({ duplicates: count });
  if (access.onDuplicate === "keep") return;
  let ended = 0;
  for (const id of boughtTwice) {
    if ((await endDuplicate(id)) === "ended") ended += 1;
    line.add({ duplicatesEnded: ended });
  }
}

function counting(stripe: StripeReader, calls: { count: number }): StripeReader {
  const counted =
    <Result>(read: (id: string) => Promise<Result>) =>
    (id: string): Promise<Result> => {
      calls.count += 1;
      return read(id);
    };
  return {
    subscriptionsOf: counted(stripe.subscriptionsOf),
    customerOf: counted(stripe.customerOf),
    userOf: counted(stripe.userOf),
  };
}

type Message = BillingEvent | RefreshRequest;
const anyMessage = v.union([billingEvent, refreshRequest]);

export interface Environment extends MirrorEnvironment {
  readonly AUDITS_TABLE: string;
  readonly REVOCATIONS_QUEUE_URL: string;
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    ...mirrorVariables,
    AUDITS_TABLE: "required",
    REVOCATIONS_QUEUE_URL: "required",
  });
  const { dynamodb, guarded, sqs, queueing, account, ...parts } = mirrorParts(environment);
  const shared = {
    ...parts,
    projections: dynamoProjections(dynamodb, environment.CUSTOMERS_TABLE, environment.AUDITS_TABLE, guarded),
    revocations: sqsRevocations(sqs, environment.REVOCATIONS_QUEUE_URL, queueing),
    receipts: sqsReceipts(sqs, environment.EVENTS_QUEUE_URL, queueing),
    telemetry: telemetry("project-subscription"),
  };
  return async (event: unknown, context?: unknown): Promise<BatchResponse> => {
    const { remaining } = readContext(context);
    const client = await account.client();
    const patient = account.resilientFor({ remaining });
    const ports = {
      ...shared,
      stripe: stripeReader(client, patient),
      endDuplicate: endDuplicate(client, patient),
      endForCharge: endForCharge(client, patient),
    };
    return projectSubscription(ports)(event, context);
  };
});
