import { sha256 } from "../shared/digest.ts";
import { type Identity, memberKey, memberName } from "./identity.ts";
import type { RelayedAction } from "./protocol.ts";

export type SdpAction = Exclude<RelayedAction, "ICE_CANDIDATE">;

/** One direction between two members of a channel: the key of a pair's row. */
export interface Pair {
  /** tenant#channel#name. No part can hold a `#`. */
  readonly recipient: string;
  /** The sender's name in the same channel. */
  readonly sender: string;
}

export const pairOf = (sender: Identity, recipient: string): Pair => ({
  recipient: memberKey({ ...sender, name: recipient }),
  sender: memberName(sender),
});

/** What tells when a frame was sent. `sentAt` is when API Gateway received it, epoch milliseconds. */
export interface Sent {
  readonly sentAt: number;
  readonly frameId: string;
}

/**
 * Text that sorts as the frames of one socket were sent. Two frames of the same millisecond are told
 * apart by their ids: which of them counts as newer is then arbitrary, but the same for everyone.
 */
export const orderOf = ({ sentAt, frameId }: Sent): string =>
  `${String(sentAt).padStart(15, "0")}#${frameId}`;

/** What an order was made of. */
export const frameIdIn = (order: string): string => order.slice(order.indexOf("#") + 1);
export const sentAtIn = (order: string): number => Number(order.slice(0, order.indexOf("#")));

/**
 * The id of a frame that its sender can send again: the same each time. 22 characters of base64url, of a hash
 * in which `scope` is the sender's instance, or its connection.
 */
export const repeatableFrameId = (pair: Pair, scope: string, correlationId: string): string =>
  Buffer.from(sha256(`${pair.recipient}<${pair.sender}#${scope}#${correlationId}`), "hex")
    .toString("base64url")
    .slice(0, 22);
