import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SdpPace } from "../../../functions/signaling/sdp-pace.ts";

const after = (...took: readonly number[]): number => {
  const pace = new SdpPace();
  for (const milliseconds of took) pace.note(milliseconds);
  return pace.headStart;
};

test.each([
  ["nothing is known", [], 5],
  ["one took 9 ms", [9], 6],
  ["one took 1 ms", [1], 4],
  ["one was a cold start", [900], 6.25],
  ["the clock of API Gateway is ahead", [-3_600_000], 3.75],
])("the head start when %s", (_, took, expected) => {
  expect(after(...took)).toBe(expected);
});

test("the head start follows what SDPs take, up to 50 ms; where they take longer there is none", () => {
  const times = (count: number, milliseconds: number) => Array<number>(count).fill(milliseconds);
  expect(after(...times(20, 30))).toBeCloseTo(30, 0);
  expect(after(...times(20, 30), ...times(20, 6))).toBeCloseTo(6, 0);
  expect(after(...times(20, 200))).toBe(0);
  expect(after(...times(100, 200), ...times(5, 6))).toBeCloseTo(28.3, 1);
});

test("no times lead out of the bounds, and none that cannot be left again", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (took) => {
      const headStart = after(...took);
      expect(headStart === 0 || (headStart >= 1 && headStart <= 50)).toBe(true);
      expect(after(...took, ...Array<number>(40).fill(8))).toBeCloseTo(8, 1);
    }),
  );
});
