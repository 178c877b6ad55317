import { masterName } from "../shared/client-id.ts";
import { type Identity, memberName } from "./identity.ts";
import type { Fate } from "./pair-state.ts";
import type { AckFrame, RelayedFrame } from "./protocol.ts";
import type { WaitingFrame } from "./waiting-frame.ts";

/** The master has no id: the KVS client takes a frame without one for its master's. */
const senderId = (name: string) => (name === masterName ? {} : { senderClientId: name });

/** A frame as the recipient gets it. The sender's id is the one of its proof. */
export const relayedFrame = (
  { action, messagePayload, seq }: RelayedFrame,
  frameId: string,
  sender: Identity,
): string =>
  JSON.stringify({
    messageType: action,
    messagePayload,
    ...senderId(memberName(sender)),
    frameId,
    ...(seq !== undefined && { seq }),
  });

export const ackFrame = ({ frameId }: AckFrame, sender: Identity): string =>
  JSON.stringify({ messageType: "ACK", frameId, ...senderId(memberName(sender)) });

export const sequenceGapFrame = (sender: string, from: number, to: number): string =>
  JSON.stringify({ messageType: "SEQUENCE_GAP", ...senderId(sender), from, to });

/** What became of frames that had been answered with `queued`. */
export const deliveryReport = (
  recipient: string,
  settled: readonly { readonly frame: WaitingFrame; readonly fate: Fate }[],
): string =>
  JSON.stringify({
    messageType: "DELIVERY_REPORT",
    reports: settled.map(({ frame: { frameId, correlationId }, fate: code }) => ({
      recipientClientId: recipient,
      correlationId,
      frameId,
      code,
    })),
  });

/** A frame that every KVS client ignores, as it does the others below. */
export const keepaliveFrame = JSON.stringify({ messageType: "KEEPALIVE" });
export const supersededFrame = JSON.stringify({ messageType: "SUPERSEDED" });

/** `closesAt` is epoch milliseconds. */
export const goAwayFrame = (closesAt: number): string => JSON.stringify({ messageType: "GO_AWAY", closesAt });

export interface PresentMember {
  readonly clientId: string;
  readonly role: Identity["role"];
  /** Epoch milliseconds. */
  readonly since: number;
  readonly cause?: string;
}

export const presenceFrame = (
  event: "present" | "joined" | "left",
  members: readonly PresentMember[],
): string => JSON.stringify({ messageType: "PRESENCE", event, members });
