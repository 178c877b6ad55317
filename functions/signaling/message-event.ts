import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { Failure } from "../shared/failure.ts";
import type { Line } from "../shared/telemetry.ts";
import { type ConnectedIdentity, memberName, readIdentity } from "./identity.ts";

const epochMilliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const messageEvent = v.object({
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({
    connectionId: v.string(),
    requestId: v.string(),
    messageId: v.optional(v.nullable(v.string())),
    requestTimeEpoch: v.optional(epochMilliseconds),
    connectedAt: epochMilliseconds,
    authorizer: v.unknown(),
  }),
});

/** One frame as API Gateway hands it to a route's function. Times are epoch milliseconds. */
export interface Message {
  readonly body: string;
  readonly connectionId: string;
  readonly connectedAt: number;
  /** Unique for this invocation. */
  readonly requestId: string;
  /** API Gateway's message id. */
  readonly frameId: string;
  readonly sentAt: number | undefined;
  readonly sender: ConnectedIdentity;
}

/**
 * Reads a MESSAGE event, and notes in the line whose it is. Throws Failure `event_malformed` or
 * `identity_missing`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export function readMessage(event: unknown, line: Line): Message {
  // Until it is known better.
  line.add({ action: "OTHER" });
  const parsed = v.safeParse(messageEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected a WebSocket MESSAGE event");
  const { body: text, isBase64Encoded, requestContext } = parsed.output;
  const { connectionId, connectedAt, requestId, messageId, requestTimeEpoch: sentAt } = requestContext;
  const body = isBase64Encoded ? Buffer.from(text ?? "", "base64").toString() : (text ?? "");
  const frameId = messageId ?? requestId;
  line.add({ connectionId, requestId, frameId, frameBytes: Buffer.byteLength(body) });
  const sender = readIdentity(requestContext.authorizer);
  line.add({
    tenant: sender.tenant,
    channel: pseudonym(sender.channel),
    role: sender.role,
    sender: pseudonym(memberName(sender)),
  });
  return { body, connectionId, connectedAt, requestId, frameId, sentAt, sender };
}
