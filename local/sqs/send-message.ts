import { AwsError } from "../aws-error.ts";
import type { DeduplicationWindow } from "./deduplication-window.ts";
import { calculateMessageSize, type SqsMessage, type SqsQueue, SqsStore } from "./fauxqs.ts";
import { keepTraceHeader } from "./message-trace.ts";
import type { RequestOf } from "./requests.ts";

type Message = Omit<RequestOf<"SendMessage">, "QueueUrl">;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const invalidCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** Alphanumeric and punctuation, of deduplication and group ids. */
const validId = /^[\x21-\x7E]{1,128}$/;

/**
 * Puts a message into its queue, unless it is a duplicate, and answers as SendMessage does. Throws
 * AwsError. FIFO deduplication is per group where `DeduplicationScope` is `messageGroup`
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html).
 */
export function sendMessage(
  queue: SqsQueue,
  message: Message,
  window: DeduplicationWindow,
  now: number,
): Record<string, string> {
  checkMessage(queue, message);
  const { MessageBody, MessageAttributes, MessageSystemAttributes, MessageGroupId } = message;
  const deduplicationId = queue.isFifo() ? deduplicationIdOf(queue, message) : undefined;
  const made = SqsStore.createMessage(
    MessageBody,
    MessageAttributes as SqsMessage["messageAttributes"],
    undefined,
    MessageGroupId,
    deduplicationId,
  );
  const digests = {
    MD5OfMessageBody: made.md5OfBody,
    ...(made.md5OfMessageAttributes && { MD5OfMessageAttributes: made.md5OfMessageAttributes }),
    ...keepTraceHeader(made, MessageSystemAttributes.AWSTraceHeader),
  };
  made.sentTimestamp = now;
  const delay = message.DelaySeconds ?? Number(queue.attributes.DelaySeconds);

  if (deduplicationId === undefined) {
    enqueue(queue, made, delay);
    return { MessageId: made.messageId, ...digests };
  }
  const key = deduplicationKey(queue, MessageGroupId, deduplicationId);
  const earlier = window.find(key, now);
  if (earlier) {
    return { MessageId: earlier.messageId, ...digests, SequenceNumber: earlier.sequenceNumber };
  }
  const sequenceNumber = queue.nextSequenceNumber();
  made.sequenceNumber = sequenceNumber;
  window.add(key, { messageId: made.messageId, sequenceNumber }, now);
  enqueue(queue, made, delay);
  return { MessageId: made.messageId, ...digests, SequenceNumber: sequenceNumber };
}

export function deduplicationKey(queue: SqsQueue, groupId: string | undefined, id: string): string {
  // Neither id can hold a space.
  return queue.attributes.DeduplicationScope === "messageGroup" ? `${groupId} ${id}` : id;
}

function enqueue(queue: SqsQueue, message: SqsMessage, delaySeconds: number): void {
  if (delaySeconds === 0) {
    queue.enqueue(message);
    return;
  }
  message.delayUntil = message.sentTimestamp + delaySeconds * 1000;
  queue.persistence?.insertMessage(queue.name, message);
  if (!queue.isFifo()) {
    queue.delayedMessages.push(message);
    return;
  }
  const groupId = message.messageGroupId ?? "";
  queue.fifoDelayed.set(groupId, [...(queue.fifoDelayed.get(groupId) ?? []), message]);
}

function checkMessage(queue: SqsQueue, message: Message): void {
  const { MessageBody, MessageAttributes, MessageGroupId } = message;
  if (MessageBody === "") throw missing("MessageBody");
  if (invalidCharacter.test(MessageBody)) {
    throw new AwsError(
      "InvalidMessageContents",
      400,
      "The message contains characters outside the allowed set.",
    );
  }
  const limit = Number(queue.attributes.MaximumMessageSize);
  if (sizeOf(message) > limit) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  if (Object.keys(MessageAttributes).length > 10) {
    throw invalid("Number of message attributes exceeds the allowed maximum [10].");
  }
  if (MessageGroupId !== undefined && !validId.test(MessageGroupId)) throw invalidId("MessageGroupId");
  if (!queue.isFifo()) return;
  if (!MessageGroupId) throw missing("MessageGroupId");
  if (message.DelaySeconds) {
    throw invalid(
      `Value ${message.DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}

/** Bytes of a body with its attributes, as the limit of a message and of a batch counts them. */
export function sizeOf({ MessageBody, MessageAttributes }: Message): number {
  return calculateMessageSize(MessageBody, MessageAttributes as SqsMessage["messageAttributes"]);
}

function deduplicationIdOf(queue: SqsQueue, { MessageDeduplicationId: id, MessageBody }: Message): string {
  if (id !== undefined) {
    if (!validId.test(id)) throw invalidId("MessageDeduplicationId");
    return id;
  }
  if (queue.attributes.ContentBasedDeduplication === "true") {
    return SqsStore.contentBasedDeduplicationId(MessageBody);
  }
  throw invalid(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function missing(parameter: string): AwsError {
  return new AwsError("MissingParameter", 400, `The request must contain the parameter ${parameter}.`);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", 400, message);
}

function invalidId(parameter: string): AwsError {
  return invalid(
    `Parameter ${parameter} is invalid. Reason: It can only include 1 to 128 alphanumeric and punctuation characters.`,
  );
}
