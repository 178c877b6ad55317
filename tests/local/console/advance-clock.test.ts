import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { stepsOf } from "../../../local/console/page/advance-clock.ts";

const day = 86_400_000;

test.each([
  [3_600_000, [3_600_000]],
  [40 * day, [40 * day]],
  [42 * day, [40 * day, 2 * day]],
  [0, []],
])("moves the clock by %d in the steps that the control API takes", (milliseconds, steps) => {
  expect(stepsOf(milliseconds)).toEqual(steps);
});

test("no step is over 40 days, and none of the time is lost", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * day }), (milliseconds) => {
      const steps = stepsOf(milliseconds);
      expect(steps.every((step) => step > 0 && step <= 40 * day)).toBe(true);
      expect(steps.reduce((sum, step) => sum + step, 0)).toBe(milliseconds);
    }),
  );
});
