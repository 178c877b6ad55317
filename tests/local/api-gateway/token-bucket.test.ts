import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { TokenBucket } from "../../../local/api-gateway/token-bucket.ts";

test("admits the burst at once, then the rate", () => {
  const bucket = new TokenBucket({ rate: 2, burst: 3 }, 0);
  expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
  expect([499, 500, 500, 999, 1000].map((now) => bucket.take(now))).toEqual([
    false,
    true,
    false,
    false,
    true,
  ]);
});

test("never holds more than the burst, however long nothing came", () => {
  const bucket = new TokenBucket({ rate: 100, burst: 2 }, 0);
  expect([9e9, 9e9, 9e9].map((now) => bucket.take(now))).toEqual([true, true, false]);
});

test("admits nothing when the burst is 0", () => {
  const bucket = new TokenBucket({ rate: 5, burst: 0 }, 0);
  expect([0, 60_000].map((now) => bucket.take(now))).toEqual([false, false]);
});

test("never admits more in a span than burst and rate allow", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 60 }), (gaps) => {
      const bucket = new TokenBucket({ rate: 10, burst: 4 }, 0);
      let now = 0;
      let admitted = 0;
      for (const gap of gaps) {
        now += gap;
        if (bucket.take(now)) admitted += 1;
      }
      expect(admitted).toBeLessThanOrEqual(4 + now / 100);
    }),
  );
});
