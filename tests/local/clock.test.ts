import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../local/clock.ts";

const standing = () => new AdvanceableClock(() => 1_000);

test("time stands until it is advanced, and the offset is shared", async () => {
  const clock = standing();
  expect(clock.now()).toBe(1_000);
  await clock.advance(250);
  expect(clock.now()).toBe(1_250);
  expect(new BigInt64Array(clock.offset)[0]).toBe(250n);
});

test("each callback sees its own moment, in order, and may set another", async () => {
  const clock = standing();
  const seen: [string, number][] = [];
  clock.setTimeout(() => seen.push(["late", clock.now()]), 300);
  clock.setTimeout(() => {
    seen.push(["early", clock.now()]);
    clock.setTimeout(() => seen.push(["nested", clock.now()]), 100);
  }, 50);
  await clock.advance(1_000);
  expect(seen).toEqual([
    ["early", 1_050],
    ["nested", 1_150],
    ["late", 1_300],
  ]);
  expect(clock.now()).toBe(2_000);
});

test("says where time is being moved to, and the present when it is not", async () => {
  const clock = standing();
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(clock.now(), clock.target()), 50);
  expect(clock.target()).toBe(1_000);
  await clock.advance(300);
  expect(seen).toEqual([1_050, 1_300]);
  expect(clock.target()).toBe(1_300);
});

test("two advances at once add up", async () => {
  const clock = standing();
  const seen: number[] = [];
  for (const delay of [100, 900, 1_100]) clock.setTimeout(() => seen.push(clock.now()), delay);
  await Promise.all([clock.advance(1_000), clock.advance(500)]);
  expect(clock.now()).toBe(2_500);
  expect(seen).toEqual([1_100, 1_900, 2_100]);
});

test("a cancelled timer never fires, and one not yet due waits", async () => {
  const clock = standing();
  let fired = 0;
  clock.setTimeout(() => fired++, 10).cancel();
  clock.setTimeout(() => fired++, 101);
  await clock.advance(100);
  expect(fired).toBe(0);
  await clock.advance(1);
  expect(fired).toBe(1);
});

test("time does not move while work is held", async () => {
  const clock = standing();
  const seen: number[] = [];
  clock.setTimeout(() => {
    const work = new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    clock.hold(work.then(() => seen.push(clock.now())));
  }, 100);
  await clock.advance(60_000);
  expect(seen).toEqual([1_100]);
});

test("work that fails, or that was never held, does not hold time", async () => {
  const clock = standing();
  clock.hold(Promise.reject(new Error("failed")));
  await clock.advance(10);
  expect(clock.now()).toBe(1_010);
});

test("work that never ends holds time once, and for two seconds", async () => {
  const clock = standing();
  clock.hold(new Promise(() => {}));
  const fired: number[] = [];
  for (const delay of [10, 20, 30]) clock.setTimeout(() => fired.push(clock.now()), delay);
  const began = performance.now();
  await clock.advance(100);
  expect(fired).toEqual([1_010, 1_020, 1_030]);
  expect(performance.now() - began).toBeLessThan(3_900);
});

test("a running clock fires by itself", async () => {
  const clock = new AdvanceableClock();
  await new Promise<void>((resolve) => clock.setTimeout(resolve, 1));
  expect(clock.now()).toBeGreaterThan(0);
});

test("however time is cut into steps, timers fire once and in order of their due time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 }),
      async (delays, steps) => {
        const clock = standing();
        const fired: number[] = [];
        for (const delay of delays) clock.setTimeout(() => fired.push(delay), delay);
        for (const step of steps) await clock.advance(step);
        const elapsed = steps.reduce((sum, step) => sum + step, 0);
        await clock.advance(0);
        expect(fired).toEqual(delays.filter((delay) => delay <= elapsed).sort((a, b) => a - b));
      },
    ),
    { numRuns: 100 },
  );
});
