import { orderOf } from "./negotiation.ts";
import { withOvertaken } from "./overtaken-sdps.ts";
import { newer, type PairState, seen } from "./pair-state.ts";
import type { Reached } from "./peers.ts";
import { arrive, endNumber, type Sequence, skipNumbers } from "./sequence.ts";
import { isSdp, isSequenced, type SequencedFrame, type WaitingFrame } from "./waiting-frame.ts";

/** What became of a frame that waited. */
export const fates = ["delivered", "superseded", "expired", "unknown", "undeliverable"] as const;
export type Fate = (typeof fates)[number];

/** The row after a frame came to its end, which uses up its number. `reached` is the connection that took it. */
export function settle(before: PairState, frame: WaitingFrame, fate: Fate, reached?: Reached): PairState {
  let after = before;
  if (isSdp(frame)) {
    const order = orderOf(frame);
    const isNewest = before.order === order;
    if (fate === "delivered" || fate === "unknown") {
      const kind = frame.action;
      const isKnown = before.posted[kind] === order;
      after = { ...after, posted: { ...before.posted, [kind]: newer(order, before.posted[kind] ?? "") } };
      if ((before.latest[kind] ?? "") > order) {
        after = { ...after, overtaken: withOvertaken(before.overtaken, frame.frameId, fate) };
      }
      if (fate === "delivered") after = { ...after, delivered: [...frame.ufrags] };
      if (isNewest && !(isKnown && wentFurther(before, fate, reached))) {
        after = opened(after, frame, fate, reached);
      }
    } else if (isNewest && fate !== "superseded" && before.gate === "closed") {
      after = { ...after, gate: "expired" };
    }
  }
  // A candidate is not posted when it is unknown: its SDP is.
  const mayHaveArrived = fate === "delivered" || (fate === "unknown" && isSdp(frame));
  return isSequenced(frame)
    ? withSequence(after, (mayHaveArrived ? arrive : endNumber)(after.sequence, frame.sequence))
    : after;
}

const withSequence = (state: PairState, after: Sequence | undefined): PairState =>
  after === state.sequence || !after ? state : { ...state, sequence: after };

/**
 * True when the row knows of a later post of the same SDP: one that writes again, since the answer to its write was lost,
 * must not undo what came of it at a newer connection meanwhile.
 */
const wentFurther = (
  { gate, connection }: PairState,
  fate: "delivered" | "unknown",
  reached: Reached | undefined,
): boolean =>
  fate === "delivered" &&
  (gate === "unknown" ||
    (connection !== undefined && reached !== undefined && connection.foundAt > reached.foundAt));

function opened(
  before: PairState,
  frame: WaitingFrame,
  fate: "delivered" | "unknown",
  reached: Reached | undefined,
): PairState {
  const { offer: _, ...rest } = before;
  if (fate === "unknown") return { ...rest, gate: "unknown" };
  return {
    ...rest,
    gate: "open",
    ...(frame.action === "SDP_OFFER" && { offer: frame }),
    ...(reached && { connection: seen(reached) }),
  };
}

/** The numbers up to `to` did not come in time. */
export const skipUpTo = (before: PairState, { sequence: of }: SequencedFrame, to: number): PairState =>
  withSequence(before, skipNumbers(before.sequence, of, to));

/** The number of a frame that is refused for good is used up. Returns `before` itself when it was already. */
export const useUp = (before: PairState, { sequence: of }: SequencedFrame): PairState =>
  withSequence(before, endNumber(before.sequence, of));

/** An SDP came after a newer one. Returns `before` itself when that is known, or when it cannot come again. */
export function overtake(before: PairState, frame: WaitingFrame): PairState {
  if (!isSdp(frame) || frame.correlationId === undefined) return before;
  const overtaken = withOvertaken(before.overtaken, frame.frameId);
  return overtaken === before.overtaken ? before : { ...before, overtaken };
}
