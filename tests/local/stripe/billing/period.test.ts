import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { periodEnd } from "../../../../local/stripe/billing/period.ts";

const at = (text: string) => Date.parse(text) / 1_000;
const month = { interval: "month", interval_count: 1 };

test.each([
  ["2030-01-01T00:00:00Z", month, "2030-02-01T00:00:00Z"],
  ["2030-01-15T13:14:15Z", month, "2030-02-15T13:14:15Z"],
  ["2030-01-31T23:59:59Z", month, "2030-02-28T23:59:59Z"],
  ["2032-01-31T00:00:00Z", month, "2032-02-29T00:00:00Z"],
  ["2030-12-31T00:00:00Z", month, "2031-01-31T00:00:00Z"],
  ["2032-02-29T00:00:00Z", { interval: "year", interval_count: 1 }, "2033-02-28T00:00:00Z"],
  ["2030-01-31T00:00:00Z", { interval: "month", interval_count: 3 }, "2030-04-30T00:00:00Z"],
  ["2030-01-01T00:00:00Z", { interval: "week", interval_count: 2 }, "2030-01-15T00:00:00Z"],
  ["2030-01-01T00:00:00Z", { interval: "day", interval_count: 1 }, "2030-01-02T00:00:00Z"],
])("a period that begins at %s ends a cycle later", (start, interval, end) => {
  expect(periodEnd(at(start), interval)).toBe(at(end));
});

test("a cycle keeps to its anchor's day after a short month", () => {
  const anchor = at("2030-01-31T00:00:00Z");
  const february = periodEnd(anchor, month, anchor);
  expect(february).toBe(at("2030-02-28T00:00:00Z"));
  expect(periodEnd(february, month, anchor)).toBe(at("2030-03-31T00:00:00Z"));
});

test("a month is always 28 to 31 days long, whatever the anchor", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_577_836_800, max: 4_102_444_800 }),
      fc.integer({ min: 1, max: 24 }),
      (anchor, periods) => {
        let start = anchor;
        for (let index = 0; index < periods; index += 1) {
          const end = periodEnd(start, month, anchor);
          expect(end - start).toBeGreaterThanOrEqual(28 * 86_400);
          expect(end - start).toBeLessThanOrEqual(31 * 86_400);
          start = end;
        }
      },
    ),
  );
});
