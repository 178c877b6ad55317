import { md5OfMessageAttributes, type SqsMessage } from "./fauxqs.ts";

type TraceAttribute = { readonly DataType: "String"; readonly StringValue: string };

/** Senders may use no name that begins with `AWS.`, so none of theirs is this one. It outlives a restart with them. */
const keptAs = "AWS.TraceHeader";

/** Keeps the trace header with a message, of whose size and attributes it is no part. Returns what SendMessage answers. */
export function keepTraceHeader(
  message: SqsMessage,
  header: TraceAttribute | undefined,
): { readonly MD5OfMessageSystemAttributes?: string } {
  if (!header) return {};
  message.messageAttributes = { ...message.messageAttributes, [keptAs]: header };
  const digest = md5OfMessageAttributes({ AWSTraceHeader: header });
  return digest ? { MD5OfMessageSystemAttributes: digest } : {};
}

export const traceHeaderOf = ({ messageAttributes }: SqsMessage): string | undefined =>
  messageAttributes[keptAs]?.StringValue;

/** The attributes that the sender gave. */
export function withoutTraceHeader({ messageAttributes }: SqsMessage): SqsMessage["messageAttributes"] {
  const { [keptAs]: _, ...given } = messageAttributes;
  return given;
}

/**
 * A request with the trace of its HTTP header on each message that has none of its own: SQS takes it from either
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
 */
export function withSendersTrace(request: unknown, header: string | undefined): unknown {
  if (header === undefined || !isObject(request)) return request;
  const add = (message: unknown) =>
    isObject(message) && !("MessageSystemAttributes" in message)
      ? {
          ...message,
          MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: header } },
        }
      : message;
  if ("MessageBody" in request) return add(request);
  if (!("Entries" in request) || !Array.isArray(request.Entries)) return request;
  const Entries = request.Entries.map((entry: unknown) =>
    isObject(entry) && "MessageBody" in entry ? add(entry) : entry,
  );
  return { ...request, Entries };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
