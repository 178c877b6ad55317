import type { Denial } from "../billing/access/entitlement.ts";
import { masterName } from "../shared/client-id.ts";
import { type Identity, memberName } from "./identity.ts";
import type { AckFrame, RelayedFrame } from "./protocol.ts";
import type { ServerFrame } from "./server-frames.ts";
import type { Fate } from "./settle.ts";
import type { WaitingFrame } from "./waiting-frame.ts";

/** The text of a frame. */
const textOf = (frame: ServerFrame): string => JSON.stringify(frame);

/** The master has no id: the KVS client takes a frame without one for its master's. */
const senderId = (name: string) => (name === masterName ? {} : { senderClientId: name });

/** A frame as the recipient gets it. The sender's id is the one of its proof. */
export const relayedFrame = (
  { action, messagePayload, seq }: RelayedFrame,
  frameId: string,
  sender: Identity,
): string =>
  textOf({
    messageType: action,
    messagePayload,
    ...senderId(memberName(sender)),
    frameId,
    ...(seq !== undefined && { seq }),
  });

export const ackFrame = ({ frameId }: AckFrame, sender: Identity): string =>
  textOf({ messageType: "ACK", frameId, ...senderId(memberName(sender)) });

export const sequenceGapFrame = (sender: string, from: number, to: number): string =>
  textOf({ messageType: "SEQUENCE_GAP", ...senderId(sender), from, to });

/** What became of frames that had been answered with `queued`. */
export const deliveryReport = (
  recipient: string,
  settled: readonly { readonly frame: WaitingFrame; readonly fate: Fate }[],
): string =>
  textOf({
    messageType: "DELIVERY_REPORT",
    reports: settled.map(({ frame: { frameId, correlationId }, fate: code }) => ({
      recipientClientId: recipient,
      correlationId,
      frameId,
      code,
    })),
  });

/** A frame that every KVS client ignores, as it does the others below. */
export const keepaliveFrame = textOf({ messageType: "KEEPALIVE" });
export const supersededFrame = textOf({ messageType: "SUPERSEDED" });

/** The last frame of a socket whose user has no access any more. */
export const revokedFrame = (reason: Denial): string => textOf({ messageType: "REVOKED", reason });

/** `closesAt` is epoch milliseconds. */
export const goAwayFrame = (closesAt: number): string => textOf({ messageType: "GO_AWAY", closesAt });

type Presence = Extract<ServerFrame, { messageType: "PRESENCE" }>;

/** `since` is epoch milliseconds. */
export type PresentMember = Presence["members"][number];

export const presenceFrame = (event: Presence["event"], members: PresentMember[]): string =>
  textOf({ messageType: "PRESENCE", event, members });
