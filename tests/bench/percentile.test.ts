import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { median, percentile } from "../../bench/percentile.ts";

const oneToTen = [7, 3, 10, 1, 9, 2, 8, 4, 6, 5];

test.each([
  [50, 5],
  [90, 9],
  [91, 10],
  [99, 10],
  [100, 10],
  [1, 1],
])("the %d. percentile of 1 to 10 is %d", (percent, expected) => {
  expect(percentile(oneToTen, percent)).toBe(expected);
});

test("values are ordered as numbers, not as text", () => {
  expect(percentile([100, 9, 20], 99)).toBe(100);
  expect(median([100, 9, 20])).toBe(20);
});

test("an even count has the mean of the two in the middle as its median", () => {
  expect(median(oneToTen)).toBe(5.5);
  expect(median([4])).toBe(4);
});

test("nothing has neither percentile nor median", () => {
  expect(percentile([], 99)).toBeUndefined();
  expect(median([])).toBeUndefined();
});

test("the values that were given keep their order", () => {
  const values = [3, 1, 2];
  percentile(values, 50);
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

test("at least that share of the values is no greater than a percentile, which is one of them", () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (some, percent) => {
      const found = percentile(some, percent) ?? Number.NaN;
      expect(some).toContain(found);
      expect(some.filter((value) => value <= found).length * 100).toBeGreaterThanOrEqual(
        percent * some.length,
      );
    }),
  );
});
