import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { isRetryable } from "../shared/failure.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { addressee } from "./addressing.ts";
import { type RouteAnswer, refusal, success } from "./answers.ts";
import { relayedFrame } from "./frames.ts";
import { type GiveWayPorts, giveWay } from "./give-way.ts";
import { channelKey } from "./identity.ts";
import {
  type LiveLimitsEnvironment,
  type LiveLimitsPorts,
  liveLimits,
  underLiveLimits,
} from "./live-limits.ts";
import { type Message, readMessage } from "./message-event.ts";
import { pairOf, repeatableFrameId } from "./negotiation.ts";
import { OpenGates } from "./open-gates.ts";
import { parseFrame, type RefusalCode, type RelayedFrame } from "./protocol.ts";
import type { Passage, ReachPorts, Relayed } from "./reach.ts";
import { relayAck } from "./relay-ack.ts";
import { relayCandidate } from "./relay-candidate.ts";
import { relaySdp } from "./relay-sdp.ts";
import { type RelayingEnvironment, relayingPorts } from "./relaying-ports.ts";
import { SdpPace } from "./sdp-pace.ts";
import { TokenBuckets } from "./token-buckets.ts";
import { isSdp, type WaitingFrame } from "./waiting-frame.ts";

export type Environment = RelayingEnvironment & LiveLimitsEnvironment;

interface RelayPorts extends ReachPorts, LiveLimitsPorts, GiveWayPorts {
  readonly telemetry: Telemetry;
  /** Of this instance. */
  readonly buckets: TokenBuckets;
}

/**
 * Relays one frame to the peer that it addresses, and to nobody else: at once when the peer is connected and
 * it is the frame's turn; else it waits in the pair's row. The sender is told of every refusal, and of success
 * when it gave a correlation id. Never throws: API Gateway's own error frame is invisible to a KVS client.
 */
export const relay = (ports: RelayPorts) => {
  return (event: unknown): Promise<RouteAnswer> =>
    ports.telemetry.observe("frame", async (line) => {
      try {
        return await relayFrame(ports, event, line);
      } catch (error) {
        line.fail(error);
        return refusal("internal", {});
      }
    });
};

async function relayFrame(ports: RelayPorts, event: unknown, line: Line): Promise<RouteAnswer> {
  const { message, hasAccess } = await underLiveLimits(ports, readMessage(event, line), line);
  const { body, sender } = message;
  const parsed = parseFrame(body, sender.limits.maxFrameBytes);
  line.add({ action: (parsed.kind === "frame" ? parsed.frame.action : parsed.action) ?? "OTHER" });
  const correlationId = parsed.kind === "frame" ? parsed.frame.correlationId : parsed.correlationId;
  if (!hasAccess) return refuse("access_ended", { correlationId }, line);
  if (!ports.buckets.take(message.connectionId, sender.limits.framesPerSecond, ports.now())) {
    return refuse("too_fast", { correlationId }, line);
  }
  if (parsed.kind === "refused") return refuse(parsed.code, { correlationId }, line);
  const { frame } = parsed;
  if (correlationId) line.add({ correlation: pseudonym(correlationId) });

  const addressed = addressee(sender, frame.recipientClientId);
  if (addressed.kind === "refused") return refuse(addressed.code, { correlationId }, line);
  line.add({ recipient: pseudonym(addressed.name) });

  const passage: Passage = {
    pair: pairOf(sender, addressed.name),
    recipient: { channel: channelKey(sender), name: addressed.name },
    limits: sender.limits,
    senderConnectionId: message.connectionId,
    holder: `${message.requestId} ${message.frameId}`,
  };
  const frameId = frame.action === "ACK" ? frame.frameId : frameIdOf(message, passage, correlationId);
  line.add({ frameId });
  const answered = { correlationId, frameId };
  try {
    const relayed =
      frame.action === "ACK"
        ? await relayAck(ports, passage, frame, sender)
        : await pass(
            ports,
            passage,
            waitingFrameOf(message, frame, frameId, ports.now()),
            frame.isHost,
            line,
          );
    if (relayed.kind === "refused") return refuse(relayed.code, answered, line);
    line.add({ outcome: relayed.kind, ...(relayed.code !== undefined && { code: relayed.code }) });
    return success(relayed.kind, answered);
  } catch (error) {
    line.fail(error);
    return refusal(isRetryable(error) ? "delivery_unavailable" : "internal", answered);
  }
}

async function pass(
  ports: RelayPorts,
  passage: Passage,
  frame: WaitingFrame,
  isHost: true | undefined,
  line: Line,
): Promise<Relayed> {
  if (isSdp(frame)) {
    const relayed = await relaySdp(ports, passage, frame, line);
    if (relayed.kind === "delivered") ports.sdpPace.note(ports.now() - frame.sentAt);
    return relayed;
  }
  if (isHost) await giveWay(ports, passage, frame);
  return relayCandidate(ports, passage, frame, line);
}

/** An announced client that gave a correlation id can send its frame again: the id must be the same then. */
const frameIdOf = (
  { sender, connectionId, frameId }: Message,
  { pair }: Passage,
  correlationId: string | undefined,
) =>
  sender.announced && correlationId !== undefined
    ? repeatableFrameId(pair, sender.instance || connectionId, correlationId)
    : frameId;

function waitingFrameOf(message: Message, frame: RelayedFrame, frameId: string, now: number): WaitingFrame {
  const { sender, connectionId, connectedAt } = message;
  const { action, ufrags, seq, correlationId } = frame;
  return {
    frameId,
    action,
    frame: relayedFrame(frame, frameId, sender),
    ...(correlationId !== undefined && { correlationId }),
    sentAt: message.sentAt ?? now,
    expiresAt: now + sender.limits.messageTtlSeconds * 1000,
    ufrags: [...ufrags],
    ...(seq !== undefined && {
      sequence: { of: sender.instance || connectionId, since: connectedAt, seq },
    }),
  };
}

function refuse(
  code: RefusalCode,
  answered: { readonly correlationId: string | undefined; readonly frameId?: string },
  line: Line,
): RouteAnswer {
  line.add({ outcome: "refused", code });
  return refusal(code, answered);
}

export const handler = onFirstCall(() => {
  const relaying = relayingPorts();
  const environment = readEnvironment<LiveLimitsEnvironment>({ CUSTOMERS_TABLE: "empty", PLANS: "empty" });
  return relay({
    ...relaying,
    liveLimits: liveLimits(new DynamoDBClient(), environment),
    openGates: new OpenGates(),
    sdpPace: new SdpPace(),
    buckets: new TokenBuckets(),
    telemetry: telemetry("relay"),
    wait,
  });
});
