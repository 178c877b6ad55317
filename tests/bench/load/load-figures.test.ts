import { expect, test } from "@jest/globals";
import { failuresOf, loadFigures, quarters } from "../../../bench/load/load-figures.ts";

const calls = [
  { setUp: 100, frames: [1, 2, 3], retried: 0 },
  { setUp: 300, frames: [5], retried: 2 },
  { frames: [4], retried: 1, failure: "connect: POST /proofs 503" },
];

test("a call that failed counts as one, and what it had sent before is measured", () => {
  expect(loadFigures("first", calls, 5_000_000)).toEqual({
    name: "first",
    calls: 3,
    failed: 1,
    retried: 3,
    setUpMedian: 200,
    setUpP99: 300,
    frameMedian: 3,
    frameP99: 5,
    memory: 5_000_000,
  });
});

test("nothing measured is nothing, and not zero", () => {
  expect(loadFigures("none", [])).toMatchObject({ calls: 0, setUpMedian: undefined, frameP99: undefined });
});

test.each([
  [8, [2, 2, 2, 2]],
  [5, [2, 1, 1, 1]],
  [2, [1, 0, 1, 0]],
  [0, [0, 0, 0, 0]],
])("%d calls are in four parts, each in one", (count, sizes) => {
  const parts = quarters(Array.from({ length: count }, (_, index) => index));
  expect(parts.map(({ length }) => length)).toEqual(sizes);
  expect(parts.flat()).toEqual(Array.from({ length: count }, (_, index) => index));
});

test("the most frequent failure comes first", () => {
  const failed = ["a", "b", "b"].map((failure) => ({ frames: [], retried: 0, failure }));
  expect(failuresOf([...failed, ...calls])).toEqual([
    { failure: "b", calls: 2 },
    { failure: "a", calls: 1 },
    { failure: "connect: POST /proofs 503", calls: 1 },
  ]);
});
