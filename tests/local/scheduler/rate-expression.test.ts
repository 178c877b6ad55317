import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { periodOf } from "../../../local/scheduler/rate-expression.ts";

test.each([
  ["rate(1 minute)", 60_000],
  ["rate(15 minutes)", 900_000],
  ["rate(1 hour)", 3_600_000],
  ["rate(2 hours)", 7_200_000],
  ["rate(5 days)", 432_000_000],
])("%s is every %i ms", (expression, period) => expect(periodOf(expression)).toBe(period));

test.each([
  "rate(0 minutes)",
  "rate(-1 minutes)",
  "rate(1.5 hours)",
  "rate(1 second)",
  "rate(minute)",
  "rate(1 minute",
  "rate(1 minute) ",
  "cron(0 12 * * ? *)",
  "at(2026-01-01T00:00:00)",
  "",
])("%s is no rate", (expression) => expect(periodOf(expression)).toBeUndefined());

test("any text gives a positive period or none", () => {
  const like = fc.stringMatching(/^rate\([0-9 .-]{0,6}(minute|hour|day)?s?\)$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), like), (expression) => {
      expect(periodOf(expression) ?? 1).toBeGreaterThan(0);
    }),
  );
});
