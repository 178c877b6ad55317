import { orderOf } from "../../../functions/signaling/negotiation.ts";
import type { SdpFrame, WaitingFrame } from "../../../functions/signaling/waiting-frame.ts";

export const now = 1_800_000_000_000;

type Told = Partial<Omit<WaitingFrame, "frameId" | "action" | "sequence">> & { readonly seq?: number };

const frameOf =
  <Action extends WaitingFrame["action"]>(action: Action) =>
  (frameId: string, { seq, ...told }: Told = {}): WaitingFrame & { readonly action: Action } => ({
    ...{ frameId, action, frame: "{}", sentAt: now, expiresAt: now + 60_000, ufrags: ["aaaa"] },
    ...told,
    ...(seq !== undefined && { sequence: { of: "tab-1", since: 5, seq } }),
  });

/** Frames that wait: sent now, of one negotiation, numbered when they have a `seq`. */
export const offerThatWaits: (frameId: string, told?: Told) => SdpFrame = frameOf("SDP_OFFER");
export const answerThatWaits: (frameId: string, told?: Told) => SdpFrame = frameOf("SDP_ANSWER");
export const candidateThatWaits = frameOf("ICE_CANDIDATE");

export const order = (frameId: string, sentAt = now) => orderOf({ frameId, sentAt });
