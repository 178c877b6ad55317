import * as v from "valibot";
import { orderOf, type SdpAction, type Sent } from "./negotiation.ts";

/**
 * What is known of one direction between two members: the newest negotiation, and whether its SDP has
 * reached the recipient. `queued`: the SDP is in the queue, and what follows it there stays behind it.
 */
export const gate = v.object({
  order: v.string(),
  sentAt: v.number(),
  ufrags: v.array(v.string()),
  state: v.picklist(["closed", "open", "queued", "expired"]),
  /** The ufrags of earlier negotiations, the latest last. */
  replaced: v.array(v.string()),
  /** The newest SDP of each kind. */
  latest: v.object({ SDP_OFFER: v.optional(v.string()), SDP_ANSWER: v.optional(v.string()) }),
  /** The SDP that is being posted, by which function, and until when (epoch ms) it may be. */
  posting: v.optional(v.object({ order: v.string(), by: v.string(), until: v.number() })),
  /** The recipient's connection that got the SDP, and when (epoch ms) it was looked up. */
  connection: v.optional(v.object({ id: v.string(), foundAt: v.number() })),
});

export type Gate = v.InferOutput<typeof gate>;

/** Milliseconds that an invocation may take to post an SDP: more than any function's timeout. */
const postingTime = 15_000;
const remembered = 16;

/**
 * What an SDP may do. `begun`: be posted, by this invocation alone. `in_flight`: an older one is being
 * posted, so it must wait its turn. `behind`: a newer SDP of the other kind went first; it is posted and
 * changes nothing. `already`: it was posted. `superseded`: a newer one of its kind is there.
 */
export type Begun =
  | { readonly kind: "begun"; readonly gate: Gate }
  | { readonly kind: "in_flight"; readonly gate: Gate }
  | { readonly kind: "behind"; readonly gate: Gate }
  | { readonly kind: "already" }
  | { readonly kind: "superseded" };

/** Who has the turn. The worker may get an SDP from the queue before the relay is done with it. */
export type Holder = "relay" | "worker" | "rescue";

export const isHeldBy = ({ posting }: Gate, order: string, by: Holder): boolean =>
  posting?.order === order && posting.by === by;

/** An SDP comes: the gate closes behind it for its negotiation's candidates. `now` is epoch ms. */
export function begin(
  before: Gate | undefined,
  action: SdpAction,
  sdp: Sent,
  by: Holder,
  now: number,
): Begun {
  const order = orderOf(sdp);
  const posting = { order, by, until: now + postingTime };
  const mine = { order, sentAt: sdp.sentAt, ufrags: [...sdp.ufrags], state: "closed" as const };
  if (!before) {
    return { kind: "begun", gate: { ...mine, replaced: [], latest: { [action]: order }, posting } };
  }
  if ((before.latest[action] ?? "") > order) return { kind: "superseded" };
  const latest = { ...before.latest, [action]: order };
  if (before.order > order) return { kind: "behind", gate: { ...before, latest } };
  const busy = before.posting !== undefined && !isHeldBy(before, order, by) && before.posting.until > now;
  if (before.order === order) {
    if (before.state === "open") return { kind: "already" };
    return busy ? { kind: "in_flight", gate: before } : { kind: "begun", gate: { ...before, posting } };
  }
  const replaced = [...new Set([...before.replaced, ...before.ufrags])]
    .filter((ufrag) => !sdp.ufrags.includes(ufrag))
    .slice(-remembered);
  const after = { ...mine, replaced, latest };
  return busy && before.posting
    ? { kind: "in_flight", gate: { ...after, posting: before.posting } }
    : { kind: "begun", gate: { ...after, posting } };
}

/** The SDP is delivered, queued, or past its time. A newer negotiation's state is left alone. */
export function settle(
  before: Gate,
  order: string,
  state: "open" | "queued" | "expired",
  connection?: Gate["connection"],
): Gate {
  if (before.order !== order || before.state === "open" || before.state === state) return before;
  return { ...before, state, ...(connection && { connection }) };
}

/** An invocation that died left candidates behind that may pass: another may take its place. */
export function takeOver(before: Gate, now: number): Gate | undefined {
  if (before.state !== "open" || before.posting === undefined || before.posting.until > now) return undefined;
  return { ...before, posting: { order: before.order, by: "rescue", until: now + postingTime } };
}

/** Nobody posts that SDP any more. */
export function unlock(before: Gate, order: string, by: Holder): Gate {
  if (!isHeldBy(before, order, by)) return before;
  const { posting: _, ...rest } = before;
  return rest;
}

/**
 * What a candidate may do. `wait`: its SDP has not been seen, or has not been delivered yet. A candidate
 * without a ufrag, or of an SDP without any, belongs to the newest negotiation.
 */
export type Passage = "open" | "queued" | "expired" | "superseded" | "wait";

export function passage(
  current: Pick<Gate, "ufrags" | "state" | "sentAt" | "replaced"> | undefined,
  { ufrags: [ufrag], sentAt }: Pick<Sent, "ufrags" | "sentAt">,
): Passage {
  if (!current) return "wait";
  if (ufrag !== undefined && current.ufrags.length > 0 && !current.ufrags.includes(ufrag)) {
    // Its own SDP was sent before it, so it is older than the newest too.
    return sentAt < current.sentAt || current.replaced.includes(ufrag) ? "superseded" : "wait";
  }
  return current.state === "closed" ? "wait" : current.state;
}
