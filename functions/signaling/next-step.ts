import { orderOf } from "./negotiation.ts";
import { newestPosted, type PairState, passage } from "./pair-state.ts";
import { sequenceOf } from "./sequence.ts";
import type { Fate } from "./settle.ts";
import {
  isSdp,
  isSequenced,
  type SdpFrame,
  type SequencedFrame,
  type WaitingFrame,
} from "./waiting-frame.ts";

/** Milliseconds that a frame waits for the numbers before it. */
export const gapTime = 5_000;

/** What is to be done with one of the frames that wait. */
export type Step =
  | { readonly kind: "post"; readonly frame: WaitingFrame }
  | { readonly kind: "settle"; readonly frame: WaitingFrame; readonly fate: Fate }
  /** The numbers before this frame's did not come in time. */
  | { readonly kind: "skip"; readonly frame: SequencedFrame; readonly from: number; readonly to: number };

/**
 * The first thing that can be done, in the order in which the frames were sent; undefined when all that
 * is left must go on waiting. Without `reachable` nothing is posted. `now` is epoch ms.
 */
export function nextStep(
  state: PairState,
  waiting: readonly WaitingFrame[],
  now: number,
  reachable: boolean,
): Step | undefined {
  const inOrder = waiting.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  let skip: Step | undefined;
  for (const frame of inOrder) {
    const verdict = verdictOn(state, frame, now);
    if (verdict === "waits" || (verdict === "passes" && !reachable)) continue;
    if (verdict === "passes") return { kind: "post", frame };
    if (typeof verdict === "string") return { kind: "settle", frame, fate: verdict };
    if (reachable && isSequenced(frame))
      skip ??= { kind: "skip", frame, ...upToNextWaiting(state, verdict, frame, waiting) };
  }
  // Only when nothing else can go on: what can be posted now may be in the gap.
  return skip;
}

/** True when a frame waits for the numbers before it only, so that time alone lets it go. */
export const awaitsTurn = (state: PairState, waiting: readonly WaitingFrame[], now: number): boolean =>
  waiting.some((frame) => {
    if (!isSequenced(frame) || frame.expiresAt <= now || turnOf(state, frame, now) !== "waits") return false;
    return ownVerdict(state, frame) === "passes";
  });

/**
 * A gap ends before the next number that is there and only waits for its turn, even if it has waited for less
 * time. A candidate whose SDP has not come is in the gap. A number that has ended neither begins a gap nor ends it.
 */
function upToNextWaiting(
  state: PairState,
  { from, to }: { readonly from: number; readonly to: number },
  { sequence }: SequencedFrame,
  waiting: readonly WaitingFrame[],
): { readonly from: number; readonly to: number } {
  const there = waiting.flatMap((frame) =>
    isSequenced(frame) &&
    frame.sequence.of === sequence.of &&
    frame.sequence.seq > from &&
    ownVerdict(state, frame) === "passes"
      ? [frame.sequence.seq]
      : [],
  );
  const { ended } = sequenceOf(state.sequence, sequence);
  let last = Math.min(to, ...there.map((seq) => seq - 1));
  while (ended.includes(last)) last -= 1;
  return { from, to: last };
}

type Verdict = "passes" | "waits" | Fate | { readonly from: number; readonly to: number };

/** What one frame may do now. */
export function verdictOn(state: PairState, frame: WaitingFrame, now: number): Verdict {
  if (frame.expiresAt <= now) return "expired";
  const turn = isSequenced(frame) ? turnOf(state, frame, now) : "passes";
  if (turn === "delivered" || turn === "superseded") return turn;
  const own = ownVerdict(state, frame);
  // Its number may have been used up by just that end.
  if (turn === "expired") return own === "superseded" ? own : turn;
  return own === "passes" ? turn : own;
}

/** What it may do if it is its turn. */
const ownVerdict = (state: PairState, frame: WaitingFrame): "passes" | "waits" | Fate =>
  isSdp(frame) ? sdpVerdict(state, frame) : candidateVerdict(state, frame);

function sdpVerdict(state: PairState, frame: SdpFrame): "passes" | Fate {
  const order = orderOf(frame);
  const kind = frame.action;
  if (state.posted[kind] === order) return "delivered";
  return (state.latest[kind] ?? "") > order || newestPosted(state) > order ? "superseded" : "passes";
}

function candidateVerdict(state: PairState, frame: WaitingFrame): "passes" | "waits" | Fate {
  const may = passage(state, frame);
  if (may === "open") return "passes";
  return may === "wait" ? "waits" : may;
}

/** Whether it is a numbered frame's turn. */
function turnOf(state: PairState, { sequence, sentAt }: SequencedFrame, now: number): Verdict {
  const { seq } = sequence;
  const { last, skipped, ended, isOld } = sequenceOf(state.sequence, sequence);
  if (isOld) return "superseded";
  if (skipped.includes(seq) || ended.includes(seq)) return "expired";
  if (seq <= last) return "delivered";
  if (seq === last + 1) return "passes";
  if (now < sentAt + gapTime) return "waits";
  return { from: last + 1, to: seq - 1 };
}
