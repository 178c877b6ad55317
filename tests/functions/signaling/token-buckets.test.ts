import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";

const now = 1_800_000_000_000;

test("a socket may send two seconds' worth at once, then its rate", () => {
  const buckets = new TokenBuckets();
  const take = (at: number) => buckets.take("c1", 5, at);
  expect(Array.from({ length: 11 }, () => take(now))).toEqual([...Array(10).fill(true), false]);
  expect([take(now + 199), take(now + 200), take(now + 200)]).toEqual([false, true, false]);
  expect(Array.from({ length: 11 }, () => take(now + 60_000))).toEqual([...Array(10).fill(true), false]);
});

test("sockets do not share their tokens", () => {
  const buckets = new TokenBuckets();
  expect([buckets.take("c1", 1, now), buckets.take("c1", 1, now), buckets.take("c1", 1, now)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(buckets.take("c2", 1, now)).toBe(true);
});

test("a clock that goes back gives and takes nothing", () => {
  const buckets = new TokenBuckets();
  expect([buckets.take("c1", 1, now), buckets.take("c1", 1, now - 60_000)]).toEqual([true, true]);
  expect(buckets.take("c1", 1, now - 60_000)).toBe(false);
});

test("ten thousand sockets are remembered, the longest unused forgotten", () => {
  const buckets = new TokenBuckets();
  const empty = (id: string) => [buckets.take(id, 1, now), buckets.take(id, 1, now)];
  empty("first");
  for (let number = 0; number < 9_999; number += 1) buckets.take(`c${number}`, 1, now);
  expect(buckets.take("first", 1, now)).toBe(false);
  for (let number = 0; number < 10_000; number += 1) buckets.take(`d${number}`, 1, now);
  expect(buckets.take("first", 1, now)).toBe(true);
});

test("however frames come, no more pass than the rate and the depth allow", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 });
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 20 }), (times, rate) => {
      const buckets = new TokenBuckets();
      let at = now;
      let passed = 0;
      for (const pause of times) {
        at += pause;
        if (buckets.take("c1", rate, at)) passed += 1;
        expect(passed).toBeLessThanOrEqual(2 * rate + ((at - now) * rate) / 1000 + 1e-6);
      }
    }),
  );
});
