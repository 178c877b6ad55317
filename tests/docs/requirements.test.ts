import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..", "..");
const text = readFileSync(join(root, "docs", "requirements.md"), "utf8");

interface Row {
  readonly line: string;
  readonly where: string;
  readonly shownBy: string;
}

const rows: Row[] = text
  .split("\n")
  .filter((row) => row.startsWith("| ") && !row.startsWith("| Line |") && !row.startsWith("| --- |"))
  .map((row) => row.slice(2, -2).split(/ *\| */))
  .map(([line = "", where = "", shownBy = ""]) => ({ line, where, shownBy }));

/** The titles of a file's tests and groups: first arguments of `test(`, `describe(` and of what `.each(…)` gives. */
const titlesIn = (source: string): string[] =>
  [...source.matchAll(/(?:\b(?:test|describe)|\))\(\s*"([^"]+)",/g)].map(([, title = ""]) => title);

test("holds the 5 lines of the design card and the 59 of the improvements", () => {
  const counts = text
    .split(/^## /m)
    .slice(1)
    .map((section) => section.split("\n").filter((row) => row.startsWith("| ")).length - 2);
  expect(counts).toEqual([5, 8, 6, 6, 6, 12, 6, 6, 9]);
});

test.each(rows)("$line", ({ where, shownBy }) => {
  for (const [, path = ""] of where.matchAll(/\]\(([^)]+)\)/g)) {
    expect([path, existsSync(join(root, "docs", path))]).toEqual([path, true]);
  }
  if (shownBy.startsWith("Not yet")) return;
  const [, file = "", name = ""] = /^`([^`]+)`: (.+)$/.exec(shownBy) ?? [];
  expect([file, existsSync(join(root, file))]).toEqual([file, true]);
  expect(titlesIn(readFileSync(join(root, file), "utf8"))).toContain(name);
  expect(where).not.toBe("");
});

test("the top level holds what the design card names", () => {
  const named = rows.find(({ line }) => line.startsWith("top-level: "))?.line.replace("top-level: ", "");
  for (const name of named?.split(", ") ?? [])
    expect([name, existsSync(join(root, name))]).toEqual([name, true]);
});
