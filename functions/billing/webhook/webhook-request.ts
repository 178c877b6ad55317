import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";

export interface WebhookRequest {
  readonly requestId: string;
  /** Undefined when there is none; every value that was sent, joined, when there are several. */
  readonly signature: string | undefined;
  /** The bytes as they came. */
  readonly body: Buffer;
}

const proxyEvent = v.object({
  headers: v.optional(v.nullable(v.record(v.string(), v.string()))),
  multiValueHeaders: v.optional(v.nullable(v.record(v.string(), v.array(v.string())))),
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({ requestId: v.string() }),
});

const name = "stripe-signature";

/**
 * Reads API Gateway's proxy event, format 1.0, whose header names have the case in which they were sent, and whose
 * `headers` tell only the last value of each
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
 * Throws Failure `event_malformed`.
 */
export function readWebhookRequest(event: unknown): WebhookRequest {
  const parsed = v.safeParse(proxyEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected an API Gateway proxy event");
  const { headers, multiValueHeaders, body, isBase64Encoded, requestContext } = parsed.output;
  const named = <Value>(record: Readonly<Record<string, Value>> | null | undefined): Value[] =>
    Object.entries(record ?? {}).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
  const several = named(multiValueHeaders).flat();
  const sent = several.length > 0 ? several : named(headers);
  return {
    requestId: requestContext.requestId,
    signature: sent.length > 0 ? sent.join(",") : undefined,
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}
