import { expect, test } from "@jest/globals";
import { randomOf } from "../../chaos/random.ts";

const draws = (seed: string, count = 1_000) => {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => random.next());
};

test("a seed repeats its numbers, and another gives others", () => {
  expect(draws("7")).toEqual(draws("7"));
  expect(draws("8")).not.toEqual(draws("7"));
});

test("the numbers are spread evenly from 0 to 1", () => {
  const numbers = draws("even", 10_000);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  }
});

test("a part does not depend on what was drawn before", () => {
  const used = randomOf("7");
  used.next();
  expect(used.part("room").next()).toBe(randomOf("7").part("room").next());
  expect(used.part("room").next()).not.toBe(used.part("hall").next());
});

test("whole numbers reach both ends and nothing beyond", () => {
  const random = randomOf("whole");
  const seen = new Set(Array.from({ length: 200 }, () => random.whole(2, 4)));
  expect([...seen].sort()).toEqual([2, 3, 4]);
});
