import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall } from "../shared/environment.ts";
import { Failure, isRetryable } from "../shared/failure.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { addressee, outgoingFrame } from "./addressing.ts";
import { type RouteAnswer, refusal, success } from "./answers.ts";
import { deliveryLifetime } from "./deliveries.ts";
import { type Identity, memberName, readIdentity } from "./identity.ts";
import { pairKey, ufragsOf } from "./negotiation.ts";
import { OpenGates } from "./open-gates.ts";
import type { Negotiated } from "./pass-gate.ts";
import { parseFrame, type RefusalCode } from "./protocol.ts";
import type { ReachPorts } from "./reach.ts";
import { relayCandidate } from "./relay-candidate.ts";
import { relaySdp } from "./relay-sdp.ts";
import { type RelayingEnvironment, relayingPorts } from "./relaying-ports.ts";

export type Environment = RelayingEnvironment;

interface RelayPorts extends ReachPorts {
  readonly telemetry: Telemetry;
}

const messageEvent = v.object({
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({
    connectionId: v.string(),
    requestId: v.string(),
    messageId: v.optional(v.nullable(v.string())),
    requestTimeEpoch: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    authorizer: v.unknown(),
  }),
});

/**
 * Relays one frame to the peer that it addresses, and to nobody else: at once when the peer is
 * connected, else through the queue. A candidate waits for the SDP of its negotiation. The sender is told of every refusal, and of success when it gave
 * a correlation id. Never throws: API Gateway's own error frame is invisible to a KVS client.
 */
export const relay = (ports: RelayPorts) => {
  return (event: unknown): Promise<RouteAnswer> =>
    ports.telemetry.observe("frame", async (line) => {
      try {
        return await relayFrame(ports, event, line);
      } catch (error) {
        line.fail(error);
        return refusal("internal", undefined);
      }
    });
};

async function relayFrame(ports: RelayPorts, event: unknown, line: Line): Promise<RouteAnswer> {
  const { body, frameId, sentAt, sender } = readMessage(event, line);
  const parsed = parseFrame(body, sender.maxFrameBytes);
  if (parsed.kind === "refused") {
    line.add({ action: parsed.action ?? "OTHER" });
    return refuse(parsed.code, parsed.correlationId, line);
  }
  const { frame } = parsed;
  const { correlationId } = frame;
  line.add({ action: frame.action, ...(correlationId && { correlation: pseudonym(correlationId) }) });

  const addressed = addressee(sender, frame.recipientClientId);
  if (addressed.kind === "refused") return refuse(addressed.code, correlationId, line);
  line.add({ recipient: pseudonym(addressed.name) });

  const acceptedAt = ports.now();
  const delivery: Negotiated = {
    v: 1,
    tenant: sender.tenant,
    channel: sender.channel,
    recipient: addressed.name,
    frame: outgoingFrame(frame, sender),
    frameId,
    action: frame.action,
    ...(correlationId !== undefined && { correlationId }),
    acceptedAt,
    expiresAt: acceptedAt + deliveryLifetime,
    negotiation: {
      pair: pairKey(sender, addressed.name),
      sentAt: sentAt ?? acceptedAt,
      ufrags: [...ufragsOf(frame.action, frame.messagePayload)],
    },
  };
  try {
    const relayed =
      frame.action === "ICE_CANDIDATE"
        ? await relayCandidate(ports, delivery)
        : await relaySdp(ports, delivery, line);
    if (relayed.kind === "refused") return refuse(relayed.code, correlationId, line);
    line.add({ outcome: relayed.kind, ...(relayed.code !== undefined && { code: relayed.code }) });
    return success(relayed.kind, correlationId);
  } catch (error) {
    line.fail(error);
    return refusal(isRetryable(error) ? "delivery_unavailable" : "internal", correlationId);
  }
}

interface Message {
  readonly body: string;
  readonly frameId: string;
  readonly sentAt: number | undefined;
  readonly sender: Identity;
}

function readMessage(event: unknown, line: Line): Message {
  const parsed = v.safeParse(messageEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected a WebSocket MESSAGE event");
  const { body: text, isBase64Encoded, requestContext } = parsed.output;
  const { connectionId, requestId, messageId, requestTimeEpoch: sentAt } = requestContext;
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
  return { body, frameId, sentAt, sender };
}

function refuse(code: RefusalCode, correlationId: string | undefined, line: Line): RouteAnswer {
  line.add({ outcome: "refused", code });
  return refusal(code, correlationId);
}

export const handler = onFirstCall(() =>
  relay({ ...relayingPorts(), openGates: new OpenGates(), telemetry: telemetry("relay") }),
);
