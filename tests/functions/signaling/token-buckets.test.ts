import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";

const at = 1_800_000_000_000;
/** How many of `tries` frames at once pass. */
const burst = (buckets: TokenBuckets, rate: number, now: number, tries = 1_000, socket = "one") =>
  Array.from({ length: tries }, () => buckets.take(socket, rate, now)).filter(Boolean).length;

describe("a socket", () => {
  test("may send twice its rate at once, then its rate", () => {
    const buckets = new TokenBuckets();
    expect(burst(buckets, 10, at)).toBe(20);
    expect(burst(buckets, 10, at + 99)).toBe(0);
    expect(burst(buckets, 10, at + 100)).toBe(1);
    expect(burst(buckets, 10, at + 1_100)).toBe(10);
  });

  test("saves no more than twice its rate, however long it is silent", () => {
    const buckets = new TokenBuckets();
    burst(buckets, 10, at);
    expect(burst(buckets, 10, at + 3_600_000)).toBe(20);
  });

  test("takes nothing from another", () => {
    const buckets = new TokenBuckets();
    burst(buckets, 10, at);
    expect(burst(buckets, 10, at, 1_000, "two")).toBe(20);
  });

  test("gains and loses nothing by a clock that goes back", () => {
    const buckets = new TokenBuckets();
    burst(buckets, 10, at);
    expect(burst(buckets, 10, at - 5_000)).toBe(0);
    expect(burst(buckets, 10, at - 4_900)).toBe(1);
  });
});

test("over any time no more frames pass than twice the rate and the rate times the seconds", () => {
  const gaps = fc.array(fc.nat(400), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), gaps, (rate, all) => {
      const buckets = new TokenBuckets();
      let now = at;
      let passed = 0;
      for (const gap of all) {
        now += gap;
        if (buckets.take("one", rate, now)) passed += 1;
      }
      expect(passed).toBeLessThanOrEqual(2 * rate + ((now - at) * rate) / 1_000);
    }),
  );
});

test("ten thousand sockets are remembered, the longest silent forgotten first", () => {
  const buckets = new TokenBuckets();
  burst(buckets, 1, at, 3, "first");
  for (let number = 1; number < 10_000; number += 1) buckets.take(`s${number}`, 1, at);
  expect(buckets.take("first", 1, at)).toBe(false);
  buckets.take("one more", 1, at);
  expect(buckets.take("first", 1, at)).toBe(false);
  expect(burst(buckets, 1, at, 3, "s1")).toBe(2);
});
