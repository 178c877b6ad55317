import { expect, test } from "@jest/globals";
import { sampler } from "../../../local/xray/sampler.ts";

test("the first of each second are sampled, and then one in twenty", () => {
  let now = 5_000;
  const isSampled = sampler(2, () => now);
  const ofNext = (count: number) => Array.from({ length: count }, isSampled).filter(Boolean).length;
  expect([ofNext(2), ofNext(19), ofNext(1), ofNext(40)]).toEqual([2, 0, 1, 2]);
  now = 5_999;
  expect(ofNext(1)).toBe(0);
  now = 6_000;
  expect([ofNext(2), ofNext(1)]).toEqual([2, 0]);
});
