import * as v from "valibot";
import { readNumber, readRow, readText, readTexts } from "../shared/attribute-values.ts";
import { newPair, type PairState, pairState } from "./pair-state.ts";
import { type WaitingFrame, waitingFrame } from "./waiting-frame.ts";

/** A pair's row as it was read. `version` counts the changes of its state; 0 before the first. */
export interface PairRow {
  readonly version: number;
  readonly state: PairState;
  /** Frames that wait, in the order in which they came to wait. */
  readonly waiting: readonly WaitingFrame[];
}

/** The row of a pair that nobody has written. */
export const unwritten: PairRow = { version: 0, state: newPair, waiting: [] };

/** True when that very frame, or the same one sent before, waits in the row. */
export const isWaiting = ({ waiting }: PairRow, frame: WaitingFrame): boolean =>
  waiting.some(({ frameId }) => frameId === frame.frameId);

/**
 * True when `row` is as a write of those frames would have made it of `before`: it had its effect, and only its answer
 * was lost. Frames that have come to wait since do not matter. A frame that was sent again expires later.
 */
export const isAsWritten = (before: PairRow, waiting: readonly WaitingFrame[], row: PairRow): boolean =>
  row.version === before.version + 1 &&
  waiting.length > 0 &&
  waiting.every(({ frameId, expiresAt }, place) => {
    const there = row.waiting[place];
    return there?.frameId === frameId && there.expiresAt === expiresAt;
  });

const jsonOf = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.string(), v.parseJson(), schema);

const row = v.pipe(
  v.object({
    version: v.optional(readNumber, { N: "0" }),
    state: v.optional(v.pipe(readText, jsonOf(pairState)), { S: JSON.stringify(newPair) }),
    waiting: v.optional(v.pipe(readTexts, v.array(jsonOf(waitingFrame))), { L: [] }),
    leasedFrames: v.optional(readNumber),
  }),
  v.transform(
    ({ state, leasedFrames, ...rest }): PairRow => ({ ...rest, state: inForce(state, leasedFrames) }),
  ),
);

/** A lease that holds only while frames wait is one that holds, or none. */
function inForce(state: PairState, leasedFrames: number | undefined): PairState {
  if (!state.lease?.whileWaiting) return state;
  const { lease, ...rest } = state;
  return leasedFrames === 0 ? rest : { ...rest, lease: { holder: lease.holder, until: lease.until } };
}

/** A pair's row, from its item; one that nobody has written is `unwritten`. Throws as `readRow` does. */
export const readPairRow = (item: Parameters<typeof readRow>[2] = {}): PairRow => readRow("pairs", row, item);
