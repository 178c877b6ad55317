import * as v from "valibot";

/** Numbers that are remembered, skipped ones and ended ones each: as many as frames may wait in a row. */
const remembered = 64;

/** Where the numbers that a sender gave its frames for one recipient stand. */
export const sequence = v.object({
  /** Whose numbers: the sender's instance, else its connection, and since when. */
  of: v.string(),
  since: v.number(),
  /** The last number that is used up, and all before it are. */
  last: v.number(),
  /** Those of them whose frames did not arrive. */
  skipped: v.array(v.number()),
  /** Numbers beyond it that are used up: their frames came to another end than to arrive. */
  ended: v.optional(v.array(v.number()), []),
});

export type Sequence = v.InferOutput<typeof sequence>;

interface Numbered {
  readonly of: string;
  readonly since: number;
}

/** Where the numbers of a sender stand: at 0 when they are those of a newer instance. `isOld`: they no longer count. */
export function sequenceOf(
  before: Sequence | undefined,
  { of, since }: Numbered,
): Sequence & { readonly isOld: boolean } {
  if (before?.of === of) return { ...before, isOld: false };
  return { of, since, last: 0, skipped: [], ended: [], isOld: before !== undefined && since < before.since };
}

/** The frame of that number arrived, or may have. */
export function arrive(
  before: Sequence | undefined,
  { seq, ...numbered }: Numbered & { readonly seq: number },
): Sequence | undefined {
  const { isOld, ...known } = sequenceOf(before, numbered);
  if (isOld) return before;
  return moveTo({ ...known, skipped: known.skipped.filter((number) => number !== seq) }, seq);
}

/** The frame of that number came to another end: nothing waits for it any more, nor does it come again. */
export function endNumber(
  before: Sequence | undefined,
  { seq, ...numbered }: Numbered & { readonly seq: number },
): Sequence | undefined {
  const { isOld, ...known } = sequenceOf(before, numbered);
  if (isOld || seq <= known.last || known.ended.includes(seq)) return before;
  const ended = [...known.ended, seq].sort((one, other) => one - other);
  // The nearest are of use first.
  return moveTo({ ...known, ended: ended.slice(0, remembered) }, known.last);
}

/** The numbers up to `to` did not come in time. */
export function skipNumbers(
  before: Sequence | undefined,
  numbered: Numbered,
  to: number,
): Sequence | undefined {
  const { isOld, ...known } = sequenceOf(before, numbered);
  if (isOld || to <= known.last) return before;
  const count = Math.min(to - known.last, remembered);
  const missing = Array.from({ length: count }, (_, index) => to - count + 1 + index);
  const skipped = [...known.skipped, ...missing.filter((number) => !known.ended.includes(number))];
  return moveTo({ ...known, skipped }, to);
}

/** Moves on to a number, and past those behind it that have ended. */
function moveTo(known: Sequence, to: number): Sequence {
  let last = Math.max(known.last, to);
  while (known.ended.includes(last + 1)) last += 1;
  const passed = known.ended.filter((number) => number <= last);
  return {
    ...known,
    last,
    skipped: [...known.skipped, ...passed].slice(-remembered),
    ended: known.ended.filter((number) => number > last),
  };
}
