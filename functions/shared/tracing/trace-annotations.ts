/**
 * What of a log line can be searched for in X-Ray too: which work it was, how it ended, and whose it was by the same
 * pseudonyms. X-Ray indexes 50 annotations a trace
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-annotations).
 */
const annotated = [
  ...["stack", "function", "outcome", "code", "action", "kind", "errorName"],
  ...["channel", "sender", "recipient", "subject", "topic", "connectionId", "frameId"],
  ...["stripeEventId", "stripeType", "requestId"],
] as const;

/** Of a line that its schema admitted, so that nothing else can be in a trace than what may be in the log. */
export function traceAnnotations(
  line: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean> {
  const annotations: Record<string, string | number | boolean> = {};
  for (const name of annotated) {
    const value = line[name];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      annotations[name] = value;
    }
  }
  return annotations;
}
