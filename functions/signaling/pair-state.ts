import * as v from "valibot";
import { frameIdIn, orderOf, sentAtIn } from "./negotiation.ts";
import { overtakenSdp, overtakenSdps, withOvertaken } from "./overtaken-sdps.ts";
import type { Reached } from "./peers.ts";
import { inItsPlace } from "./place-by-number.ts";
import { sequence } from "./sequence.ts";
import { isSdp, isSequenced, type SdpFrame, type WaitingFrame, waitingFrame } from "./waiting-frame.ts";

/** A connection that was looked up, as it is kept: `foundAt` (epoch ms) says when. */
export const seenConnection = v.object({
  id: v.string(),
  foundAt: v.number(),
  announced: v.boolean(),
  instance: v.string(),
});

/** With `whileWaiting` it holds only if frames waited when it was written. Only the pairs table knows that one. */
const lease = v.object({ holder: v.string(), until: v.number(), whileWaiting: v.optional(v.boolean()) });

/** What is known of one direction between two members. Orders are those of `orderOf`. */
export const pairState = v.object({
  /** The newest SDP, when it was sent, its ufrags, its number if it has one; "" before the first. */
  order: v.string(),
  sentAt: v.number(),
  ufrags: v.array(v.string()),
  number: v.optional(v.object({ of: v.string(), seq: v.number() })),
  /** Whether it was delivered, so that its candidates may follow. */
  gate: v.picklist(["closed", "open", "unknown", "expired"]),
  /** The ufrags of the SDP that was delivered last. */
  delivered: v.array(v.string()),
  /** The ufrags of earlier negotiations, the latest last. */
  replaced: v.array(v.string()),
  /** The newest SDP of each kind. */
  latest: v.object({ SDP_OFFER: v.optional(v.string()), SDP_ANSWER: v.optional(v.string()) }),
  /** The newest of each kind that was posted. */
  posted: v.object({ SDP_OFFER: v.optional(v.string()), SDP_ANSWER: v.optional(v.string()) }),
  /** SDPs that were the newest of their kind before. */
  overtaken: v.optional(overtakenSdps),
  /** The invocation that alone may post, and until when (epoch ms). */
  lease: v.optional(lease),
  /** The recipient's connection that got the newest SDP. */
  connection: v.optional(seenConnection),
  /** The newest SDP, if it is an offer that was delivered: a fresh client of the recipient gets it again. */
  offer: v.optional(waitingFrame),
  /** Of the sender that numbers its frames. */
  sequence: v.optional(sequence),
});

export type PairState = v.InferOutput<typeof pairState>;

export const newPair: PairState = {
  order: "",
  sentAt: 0,
  ufrags: [],
  gate: "closed",
  delivered: [],
  replaced: [],
  latest: {},
  posted: {},
};

/** Milliseconds that an invocation may post: more than any function's timeout. */
const leaseTime = 15_000;
/** Replaced ufrags that are remembered. */
const remembered = 16;

/** True while an invocation other than `holder` may post. */
export const isLeased = ({ lease }: PairState, holder: string, now: number): boolean =>
  lease !== undefined && lease.holder !== holder && lease.until > now;

/** The newest SDP that was posted, of either kind; "" before the first. */
export const newestPosted = ({ posted: { SDP_OFFER = "", SDP_ANSWER = "" } }: PairState): string =>
  newer(SDP_OFFER, SDP_ANSWER);

/** True while the newest SDP is an offer that some invocation may just be posting. */
export const isOfferInFlight = ({ lease, gate, order, latest }: PairState): boolean =>
  lease !== undefined && gate === "closed" && order !== "" && latest.SDP_OFFER === order;

/** True for a fresh client of the recipient that does not have the offer to which the candidate may belong. */
export const lacksOffer = ({ offer, connection }: PairState, found: Reached): boolean =>
  offer !== undefined &&
  connection !== undefined &&
  connection.id !== found.id &&
  (found.instance === "" || found.instance !== connection.instance);

/** True when the newest SDP has gone to a connection that was looked up after that one. */
export const knowsNewer = ({ connection }: PairState, { id, foundAt }: Reached): boolean =>
  connection !== undefined && connection.id !== id && connection.foundAt >= foundAt;

/** True when it is still to get it. */
export const awaitsOffer = (state: PairState, found: Reached, now: number): boolean =>
  lacksOffer(state, found) && (state.offer?.expiresAt ?? 0) > now;

export const takeLease = (before: PairState, holder: string, now: number): PairState => ({
  ...before,
  lease: { holder, until: now + leaseTime },
});

export function endLease(before: PairState, holder: string): PairState {
  if (before.lease?.holder !== holder) return before;
  const { lease: _, ...rest } = before;
  return rest;
}

/**
 * What an SDP may do. `post`: be posted, by this invocation alone. `wait`: it comes after others.
 * `superseded`: a newer one of its kind is there, or a newer of the other kind was posted. `repeated`: this very
 * frame was here before, and this is what became of it.
 */
export type Admitted =
  | { readonly kind: "post" | "wait"; readonly state: PairState; readonly sdp: WaitingFrame }
  | { readonly kind: "superseded" }
  | { readonly kind: "repeated"; readonly code: "delivered" | "queued" | "unknown" };

/** An SDP comes: the gate closes behind it for its negotiation's candidates. `now` is epoch ms. */
export function admitSdp(
  before: PairState,
  waiting: readonly WaitingFrame[],
  sdp: SdpFrame,
  { holder, now }: { readonly holder: string; readonly now: number },
): Admitted {
  const kind = sdp.action;
  const posted = before.posted[kind] ?? "";
  const end = before.order === posted && before.gate === "unknown" ? "unknown" : "delivered";
  if (posted !== "" && frameIdIn(posted) === sdp.frameId) return { kind: "repeated", code: end };
  const isThere = waiting.some(({ frameId }) => frameId === sdp.frameId);
  const overtaken = overtakenSdp(before.overtaken, sdp.frameId);
  if (overtaken?.posted) return { kind: "repeated", code: overtaken.posted };
  // It may just be posted.
  if (overtaken && !isThere && isLeased(before, holder, now)) return { kind: "repeated", code: "unknown" };
  if (overtaken) return { kind: "superseded" };
  const known = before.latest[kind] ?? "";
  const isRepeated = known !== "" && frameIdIn(known) === sdp.frameId;
  if (isRepeated && isThere) return { kind: "repeated", code: "queued" };
  // Sent again, it keeps its place.
  const sent = isRepeated ? { ...sdp, sentAt: sentAtIn(known) } : inItsPlace(before, waiting, sdp);
  const order = orderOf(sent);
  if (known > order || newestPosted(before) > order) return { kind: "superseded" };
  const state: PairState = {
    ...(order > before.order ? newest(before, sent, order) : before),
    latest: { ...before.latest, [kind]: order },
    ...(known !== "" &&
      !isRepeated && {
        overtaken: withOvertaken(before.overtaken, frameIdIn(known), posted === known ? end : undefined),
      }),
  };
  const ahead = waiting.some((other) => isSdp(other) && other.action !== kind && other.expiresAt > now);
  if (ahead || isLeased(before, holder, now)) return { kind: "wait", state, sdp: sent };
  return { kind: "post", state: takeLease(state, holder, now), sdp: sent };
}

function newest(before: PairState, sdp: WaitingFrame, order: string): PairState {
  const { offer: _, number: __, ...rest } = before;
  return {
    ...rest,
    order,
    sentAt: sdp.sentAt,
    ufrags: [...sdp.ufrags],
    ...(isSequenced(sdp) && { number: { of: sdp.sequence.of, seq: sdp.sequence.seq } }),
    gate: "closed",
    replaced: [...new Set([...before.replaced, ...before.ufrags])]
      .filter((ufrag) => !sdp.ufrags.includes(ufrag))
      .slice(-remembered),
  };
}

/**
 * What a candidate may do. `wait`: its SDP has not been seen, or has not been delivered yet. A candidate
 * without a ufrag, or of an SDP without any, belongs to the newest negotiation.
 */
export type Admission = "open" | "unknown" | "expired" | "superseded" | "wait";

export function passage(
  state: PairState,
  { ufrags: [ufrag], sentAt, sequence }: Pick<WaitingFrame, "ufrags" | "sentAt" | "sequence">,
): Admission {
  if (state.order === "") return "wait";
  if (ufrag !== undefined && state.ufrags.length > 0 && !state.ufrags.includes(ufrag)) {
    // Its own SDP was sent before it, so it is older than the newest too.
    const isOlder =
      state.number && sequence?.of === state.number.of
        ? sequence.seq < state.number.seq
        : sentAt < state.sentAt;
    return isOlder || state.replaced.includes(ufrag) ? "superseded" : "wait";
  }
  if (state.gate !== "closed") return state.gate;
  // The newest SDP of the same ufrag may just wait for this very number.
  const isKnown = sequence !== undefined && ufrag !== undefined && state.delivered.includes(ufrag);
  return isKnown ? "open" : "wait";
}

/** What a row remembers of a connection. */
export const seen = ({
  id,
  foundAt,
  announced,
  instance,
}: Reached): v.InferOutput<typeof seenConnection> => ({
  id,
  foundAt,
  announced,
  instance,
});

/** Of two orders. */
export const newer = (one: string, other: string): string => (one > other ? one : other);
