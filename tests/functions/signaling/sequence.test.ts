import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  arrive,
  endNumber,
  type Sequence,
  sequenceOf,
  skipNumbers,
} from "../../../functions/signaling/sequence.ts";

const tab = { of: "tab-1", since: 5 };
const at = (last: number, { skipped = [], ended = [] }: Partial<Sequence> = {}): Sequence => ({
  ...{ ...tab, last, skipped, ended },
});

test("numbers stand at 0 for a sender that was never heard, and for a newer instance", () => {
  expect(sequenceOf(undefined, tab)).toEqual({ ...at(0), isOld: false });
  expect(sequenceOf(at(3, { skipped: [2] }), { of: "tab-1", since: 9 })).toEqual({
    ...at(3, { skipped: [2] }),
    isOld: false,
  });
  expect(sequenceOf(at(3), { of: "tab-2", since: 6 })).toEqual({
    ...{ of: "tab-2", since: 6, last: 0, skipped: [], ended: [], isOld: false },
  });
  expect(sequenceOf(at(3), { of: "tab-0", since: 4 }).isOld).toBe(true);
  // Of two that connected in the same millisecond the one that sends now counts.
  expect(sequenceOf(at(3), { of: "tab-2", since: 5 })).toMatchObject({ last: 0, isOld: false });
});

test("an older instance changes nothing", () => {
  const old = { of: "tab-0", since: 4, seq: 9 };
  expect(arrive(at(3), old)).toEqual(at(3));
  expect(endNumber(at(3), old)).toEqual(at(3));
  expect(skipNumbers(at(3), old, 9)).toEqual(at(3));
});

describe("a number that arrives", () => {
  test("moves on, and never back", () => {
    expect(arrive(at(3), { ...tab, seq: 4 })).toEqual(at(4));
    expect(arrive(at(7), { ...tab, seq: 4 })).toEqual(at(7));
  });

  test("steps over those behind it that ended, which are remembered", () => {
    expect(arrive(at(3, { ended: [5, 6, 9] }), { ...tab, seq: 4 })).toEqual(
      at(6, { skipped: [5, 6], ended: [9] }),
    );
  });

  test("was not skipped after all", () => {
    expect(arrive(at(5, { skipped: [4, 5] }), { ...tab, seq: 4 })).toEqual(at(5, { skipped: [5] }));
  });
});

describe("a number that ends", () => {
  test("is stepped over when it is its turn, else is kept in order", () => {
    expect(endNumber(at(3), { ...tab, seq: 4 })).toEqual(at(4, { skipped: [4] }));
    const ahead = endNumber(endNumber(at(3), { ...tab, seq: 7 }), { ...tab, seq: 5 });
    expect(ahead).toEqual(at(3, { ended: [5, 7] }));
    expect(endNumber(ahead, { ...tab, seq: 4 })).toEqual(at(5, { skipped: [4, 5], ended: [7] }));
  });

  test("twice, or after it was used up, changes nothing", () => {
    const ahead = at(3, { ended: [5] });
    expect(endNumber(ahead, { ...tab, seq: 5 })).toBe(ahead);
    expect(endNumber(ahead, { ...tab, seq: 3 })).toBe(ahead);
  });

  test("of which 64 are remembered, the nearest", () => {
    let sequence: Sequence | undefined = at(0);
    for (let seq = 100; seq > 1; seq -= 1) sequence = endNumber(sequence, { ...tab, seq });
    expect(sequence?.ended).toEqual(Array.from({ length: 64 }, (_, index) => index + 2));
  });
});

describe("numbers that are skipped", () => {
  test("are remembered, the last 64, and what ended behind them is stepped over", () => {
    expect(skipNumbers(at(3, { skipped: [1], ended: [5, 7] }), tab, 6)).toEqual(
      at(7, { skipped: [1, 4, 6, 5, 7] }),
    );
    const far = skipNumbers(at(3), tab, 2_000_000_000);
    expect(far?.skipped).toHaveLength(64);
    expect(far?.skipped.at(-1)).toBe(2_000_000_000);
  });
});

test("whatever becomes of them in whatever order, numbers are used up once, and none that is left has ended", () => {
  const step = fc.record({
    what: fc.constantFrom("arrives", "ends", "is skipped"),
    seq: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let sequence: Sequence | undefined;
      for (const { what, seq } of steps) {
        const last = sequence?.last ?? 0;
        if (what === "arrives" && seq === last + 1) sequence = arrive(sequence, { ...tab, seq });
        if (what === "ends") sequence = endNumber(sequence, { ...tab, seq });
        if (what === "is skipped") sequence = skipNumbers(sequence, tab, seq);
        if (!sequence) continue;
        const { skipped, ended } = sequence;
        expect(sequence.last).toBeGreaterThanOrEqual(last);
        expect(ended).not.toContain(sequence.last + 1);
        expect(ended.every((number) => number > Number(sequence?.last))).toBe(true);
        expect(new Set([...skipped, ...ended]).size).toBe(skipped.length + ended.length);
      }
    }),
  );
});
