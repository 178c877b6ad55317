import * as v from "valibot";
import { Failure } from "./failure.ts";

const queueRecord = v.object({
  messageId: v.string(),
  receiptHandle: v.string(),
  body: v.string(),
  attributes: v.object({
    ApproximateReceiveCount: v.pipe(v.string(), v.transform(Number), v.safeInteger(), v.minValue(1)),
    MessageGroupId: v.string(),
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
