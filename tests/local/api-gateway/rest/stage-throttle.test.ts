import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { StageThrottle } from "../../../../local/api-gateway/rest/stage-throttle.ts";

test("gives each method a bucket of its own under the settings of all", () => {
  const throttle = new StageThrottle();
  throttle.put("*/*", { rate: 1, burst: 1 });
  expect([
    throttle.admit("/a", "GET", 0),
    throttle.admit("/a", "GET", 0),
    throttle.admit("/b", "GET", 0),
  ]).toEqual([true, false, true]);
});

test("finds the settings of a nested path under its encoded name, and of the root", () => {
  const throttle = new StageThrottle();
  throttle.put("a~1{b}/GET", { rate: 0, burst: 0 });
  throttle.put("~1/GET", { rate: 0, burst: 0 });
  expect([
    throttle.admit("/a/{b}", "GET", 0),
    throttle.admit("/", "GET", 0),
    throttle.admit("/a", "GET", 0),
  ]).toEqual([false, false, true]);
});

test.each(["a/b/GET", "/GET", "a", "a/get", "*/GET/", ""])("refuses the method path %j", (methodPath) => {
  expect(() => new StageThrottle().put(methodPath, { rate: 1, burst: 1 })).toThrow(
    `method path "${methodPath}" is wrong`,
  );
});

test("limits nothing by a negative setting, nor after its settings are gone", () => {
  const throttle = new StageThrottle();
  throttle.put("a/GET", { rate: -1, burst: -1 });
  expect(throttle.admit("/a", "GET", 0)).toBe(true);
  throttle.put("a/GET", { rate: 0, burst: 0 });
  expect(throttle.admit("/a", "GET", 0)).toBe(false);
  throttle.delete("a/GET");
  expect(throttle.admit("/a", "GET", 0)).toBe(true);
});

test("lets no more than a burst through after a long pause", () => {
  const throttle = new StageThrottle();
  throttle.put("*/*", { rate: 10, burst: 2 });
  const hourLater = 3_600_000;
  expect([0, hourLater, hourLater, hourLater].map((now) => throttle.admit("/a", "GET", now))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("never lets more through than the burst and the rate over the time allow", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 100 }),
      (rate, burst, gaps) => {
        const throttle = new StageThrottle();
        throttle.put("*/*", { rate, burst });
        let now = 0;
        let admitted = 0;
        for (const gap of gaps) {
          now += gap;
          if (throttle.admit("/a", "GET", now)) admitted += 1;
          expect(admitted).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
        }
      },
    ),
  );
});
