import { md5OfMessageAttributes, type SqsMessage } from "./fauxqs.ts";
import { traceHeaderOf, withoutTraceHeader } from "./message-trace.ts";
import type { RequestOf } from "./requests.ts";
import type { Taken } from "./take-messages.ts";

/** A message as ReceiveMessage gives it, with the attributes that were asked for: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export function receivedMessage(
  { receiptHandle, message }: Taken,
  asked: RequestOf<"ReceiveMessage">,
): object {
  const systemNames = [...asked.AttributeNames, ...asked.MessageSystemAttributeNames];
  const Attributes = pick(systemAttributes(message), (name) =>
    systemNames.some((n) => n === "All" || n === name),
  );
  const MessageAttributes = pick(withoutTraceHeader(message), (name) =>
    asked.MessageAttributeNames.some((pattern) => matches(pattern, name)),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Attributes && { Attributes }),
    ...(MessageAttributes && {
      MessageAttributes,
      MD5OfMessageAttributes: md5OfMessageAttributes(MessageAttributes),
    }),
  };
}

function systemAttributes(message: SqsMessage): Record<string, string | undefined> {
  return {
    SenderId: "000000000000",
    SentTimestamp: String(message.sentTimestamp),
    ApproximateReceiveCount: String(message.approximateReceiveCount),
    ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp),
    MessageGroupId: message.messageGroupId,
    MessageDeduplicationId: message.messageDeduplicationId,
    SequenceNumber: message.sequenceNumber,
    AWSTraceHeader: traceHeaderOf(message),
  };
}

function matches(pattern: string, name: string): boolean {
  if (pattern === "All") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}

function pick<T>(
  values: Readonly<Record<string, T | undefined>>,
  wanted: (name: string) => boolean,
): Record<string, T> | undefined {
  const picked = Object.entries(values).flatMap(([name, value]): [string, T][] =>
    value !== undefined && wanted(name) ? [[name, value]] : [],
  );
  return picked.length > 0 ? Object.fromEntries(picked) : undefined;
}
