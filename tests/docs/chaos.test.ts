import { expect, test } from "@jest/globals";
import { promises as billingPromises } from "../../chaos/billing/judge/violation.ts";
import { buying, owning } from "../../chaos/billing/load/scenes.ts";
import { fates } from "../../chaos/signaling/judge/judge-fates.ts";
import { promises } from "../../chaos/signaling/judge/violation.ts";
import { courses } from "../../chaos/signaling/load/courses.ts";
import { columns, tableUnder } from "./document.ts";

test("the promises are those of the judge", () => {
  const rows = columns(tableUnder("docs/chaos.md", "What is judged"), 0, 1);
  expect(rows).toEqual(Object.entries(promises));
});

test("the promises of billing are those of its judge", () => {
  const rows = columns(tableUnder("docs/chaos.md", "What billing promises"), 0, 1);
  expect(rows).toEqual(Object.entries(billingPromises));
});

test("the rows of the table are what can become of a frame", () => {
  const named = columns(tableUnder("docs/chaos.md", "How to read the table"), 0).flatMap(([row = ""]) =>
    row.startsWith("superseded") ? row.split(", ") : [row],
  );
  expect(named).toEqual([...fates]);
});

test("the courses' weights are hundredths", () => {
  const weights = Object.values(courses).map(({ weight }) => weight);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(100);
});

test.each([buying, owning])("the scenes' weights are hundredths", (scenes) => {
  const weights = Object.values(scenes).map(({ weight }) => weight);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(100);
});
