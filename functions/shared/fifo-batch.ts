import * as v from "valibot";
import { Failure } from "./failure.ts";
import type { Receipts } from "./receipts.ts";

const queueRecord = v.object({
  messageId: v.string(),
  receiptHandle: v.string(),
  body: v.string(),
  attributes: v.object({
    ApproximateReceiveCount: v.pipe(v.string(), v.transform(Number), v.safeInteger(), v.minValue(1)),
    MessageGroupId: v.string(),
    AWSTraceHeader: v.optional(v.string()),
  }),
});
const queueEvent = v.object({ Records: v.array(queueRecord) });

/** One message of a FIFO queue, as an event source mapping gives it. */
export type QueueRecord = v.InferOutput<typeof queueRecord>;

/** What tells SQS which messages are to come back. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Serves a batch of a FIFO queue, each message group by itself and all of them at once. `serveGroup` gets a group's
 * messages in their order, and resolves with those that must come back: the first that failed and all behind it, or
 * SQS would lose their order
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). Throws Failure `event_malformed`.
 */
export async function serveByGroup(
  event: unknown,
  serveGroup: (records: readonly QueueRecord[]) => Promise<readonly QueueRecord[]>,
): Promise<BatchResponse> {
  const parsed = v.safeParse(queueEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected an SQS event of a FIFO queue");
  const groups = Map.groupBy(parsed.output.Records, ({ attributes }) => attributes.MessageGroupId);
  const returning = await Promise.all([...groups.values()].map(serveGroup));
  return { batchItemFailures: returning.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** `again`: to be received again, and all behind it. `unreadable`: to become a dead letter, which stops nobody. */
export type Handled = "done" | "again" | "unreadable";

/**
 * Handles a group's messages in their order. From the first one on that must come back `handle` is told that the
 * others are blocked. What comes back does so after 1, 2, 4 … seconds, `longestPause` at the most. Returns those
 * messages.
 */
export async function handleInOrder(
  records: readonly QueueRecord[],
  { receipts, longestPause }: { readonly receipts: Receipts; readonly longestPause: number },
  handle: (record: QueueRecord, isBlocked: boolean) => Promise<Handled>,
): Promise<readonly QueueRecord[]> {
  const returning: QueueRecord[] = [];
  let isBlocked = false;
  for (const record of records) {
    const handled = await handle(record, isBlocked);
    if (handled === "again") isBlocked = true;
    if (handled !== "done") returning.push(record);
  }
  await Promise.allSettled(
    returning.map(({ receiptHandle, attributes }) =>
      receipts.postpone(receiptHandle, Math.min(2 ** (attributes.ApproximateReceiveCount - 1), longestPause)),
    ),
  );
  return returning;
}
