import * as v from "valibot";
import { onFirstCall } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { readContext } from "../shared/lambda-context.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import type { Connections } from "./connections.ts";
import type { DeliveryReceipts } from "./deliveries.ts";
import { type Attempt, attemptDelivery } from "./delivery-attempt.ts";
import type { Pairs } from "./pairs.ts";
import type { PeerDirectory } from "./peers.ts";
import { type RelayingEnvironment, relayingPorts } from "./relaying-ports.ts";

export type Environment = RelayingEnvironment;

export interface DeliverPorts {
  readonly peers: PeerDirectory;
  readonly pairs: Pairs;
  readonly connections: Connections;
  readonly receipts: DeliveryReceipts;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

const queueRecord = v.object({
  messageId: v.string(),
  receiptHandle: v.string(),
  body: v.string(),
  attributes: v.object({
    ApproximateReceiveCount: v.pipe(v.string(), v.transform(Number), v.safeInteger(), v.minValue(1)),
    MessageGroupId: v.string(),
  }),
});
export type QueueRecord = v.InferOutput<typeof queueRecord>;

const queueEvent = v.object({ Records: v.array(queueRecord) });

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Milliseconds that one attempt and its postponement may take at worst. */
const attemptTime = 8_500;
const longestPause = 32;

/**
 * Delivers queued frames. Recipients are independent; the frames of one recipient keep their order: the
 * first that cannot be delivered yet stops those behind it, and all of them come back after 1, 2, 4, 8,
 * 16, then 32 seconds. A frame past its time is done and reported as expired, so that none reaches the
 * dead letters for want of a recipient: those get only what cannot be read, which stops nobody and is
 * retried at once until the queue gives it up.
 */
export const deliver = (ports: DeliverPorts) => {
  return async (event: unknown, context?: unknown): Promise<BatchResponse> => {
    const parsed = v.safeParse(queueEvent, event);
    if (!parsed.success) throw new Failure("event_malformed", "expected an SQS event of a FIFO queue");
    const { remaining } = readContext(context);
    const groups = Map.groupBy(parsed.output.Records, (record) => record.attributes.MessageGroupId);
    const failed = await Promise.all(
      [...groups.values()].map((records) => deliverGroup(ports, records, remaining)),
    );
    return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};

/** Returns the records that must come back. */
async function deliverGroup(
  ports: DeliverPorts,
  records: readonly QueueRecord[],
  remaining: () => number,
): Promise<readonly QueueRecord[]> {
  const returning: { record: QueueRecord; seconds: number }[] = [];
  let pause: number | undefined;
  for (const record of records) {
    const blocked = pause !== undefined ? "group_blocked" : remaining() < attemptTime ? "no_time" : undefined;
    const attempt: Attempt = await attemptDelivery(ports, record, blocked);
    if (attempt === "unreadable") returning.push({ record, seconds: 0 });
    if (attempt !== "undelivered") continue;
    pause ??= Math.min(2 ** (record.attributes.ApproximateReceiveCount - 1), longestPause);
    returning.push({ record, seconds: pause });
  }
  // A message in flight holds back its group, so each of them is given the same pause.
  await Promise.allSettled(
    returning.map(({ record, seconds }) => ports.receipts.postpone(record.receiptHandle, seconds)),
  );
  return returning.map(({ record }) => record);
}

export const handler = onFirstCall(() => deliver({ ...relayingPorts(), telemetry: telemetry("deliver") }));
