import * as v from "valibot";
import type { SdpAction } from "./negotiation.ts";
import { relayedActions } from "./protocol.ts";

const epochMilliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A frame that an SDP or a candidate made, as it is kept while it waits. Times are epoch milliseconds. */
export const waitingFrame = v.object({
  frameId: v.string(),
  action: v.picklist(relayedActions),
  /** The text that the recipient will get. */
  frame: v.string(),
  correlationId: v.optional(v.string()),
  /** When API Gateway received it. */
  sentAt: epochMilliseconds,
  expiresAt: epochMilliseconds,
  /** Of an SDP all its ICE username fragments, of a candidate the one it names, or none. */
  ufrags: v.array(v.string()),
  /** Its place among the frames that the sender numbered: whose numbers, since when, and its own. */
  sequence: v.optional(v.object({ of: v.string(), since: epochMilliseconds, seq: v.number() })),
});

export type WaitingFrame = v.InferOutput<typeof waitingFrame>;
export type SdpFrame = WaitingFrame & { readonly action: SdpAction };
export type SequencedFrame = WaitingFrame & { readonly sequence: NonNullable<WaitingFrame["sequence"]> };

export const isSequenced = (frame: WaitingFrame): frame is SequencedFrame => frame.sequence !== undefined;
export const isSdp = (frame: WaitingFrame): frame is SdpFrame => frame.action !== "ICE_CANDIDATE";

/** An append whose answer was lost is sent again, so a frame may stand in a row twice. */
export const eachOnce = (frames: readonly WaitingFrame[]): readonly WaitingFrame[] => [
  ...new Map(frames.map((frame) => [frame.frameId, frame])).values(),
];
