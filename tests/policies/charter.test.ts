import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { coverageDocument, rulesDocument } from "../../policies/documents.ts";
import { rules } from "../../policies/index.ts";
import { notCovered } from "../../policies/not-covered.ts";
import type { Rule } from "../../policies/rule.ts";
import { foreignIds } from "./foreign-ids.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const names = rules.map(({ name }) => name as string);

test("each rule has a file of its name, and each file's rule is in the charter", () => {
  const files = readdirSync(join(root, "policies", "rules")).map((file) => file.replace(/\.ts$/, ""));
  expect(names.toSorted()).toEqual(files.toSorted());
  for (const name of files) expect(read("policies", "rules", `${name}.ts`)).toContain(`name: "${name}"`);
});

test("each rule is the heading of one group of tests", () => {
  const folder = join("tests", "policies", "rules");
  const tests = readdirSync(join(root, folder)).map((file) => read(folder, file));
  const headings = tests.flatMap((text) =>
    [...text.matchAll(/^ruleTest\("([\w-]+)"/gm)].map(([, name]) => name),
  );
  expect(headings.toSorted()).toEqual(names.toSorted());
});

test("every rule says what holds and why in sentences, and why it is off", () => {
  for (const { name, holds, why, off } of rules as readonly Rule[]) {
    for (const text of [holds, why, ...(off === undefined ? [] : [off])])
      expect([name, text]).toEqual([name, expect.stringMatching(/^\S[\s\S]{15,}[.)]$/)]);
  }
});

test("the rules that are wrong for a serverless program are off", () => {
  const off = rules.filter((rule) => "off" in rule && rule.off).map(({ name }) => name);
  expect(off).toEqual([
    "data-has-a-customer-key",
    "function-has-a-dead-letter-queue",
    "function-is-in-a-vpc",
    "function-reserves-concurrency",
    "logs-are-kept-a-year",
    "rest-stage-caches",
    "role-has-no-inline-policy",
  ]);
});

test("every rule of another scanner has one answer: a rule of ours, or why there is none", () => {
  const answered = [...rules.flatMap(({ elsewhere }) => elsewhere), ...notCovered.flatMap(({ ids }) => ids)];
  expect(answered.toSorted()).toEqual(foreignIds.toSorted());
});

test.each([
  ["rules.md", rulesDocument],
  ["coverage.md", coverageDocument],
])("%s is what the rules say; else run: node policies/write-documents.ts", (file, document) => {
  expect(read("policies", file)).toEqual(document());
});

test("the README and the changelog count the rules right", () => {
  const off = rules.filter((rule) => "off" in rule && rule.off).length;
  const on = rules.length - off;
  expect(read("policies", "README.md")).toContain(`[${on} rules are mandatory and ${off} are off](rules.md)`);
  const changelog = read("CHANGELOG.md").replaceAll(/\s+/g, " ");
  expect(changelog).toContain(`${on} mandatory [rules](policies/rules.md)`);
  expect(changelog).toContain(`${off} that a team can switch`);
});

test("no rule looks at inputs except through a resource, which is safe in a preview", () => {
  for (const name of names) {
    const source = read("policies", "rules", `${name}.ts`);
    // `inputs` may be handed on whole, to look for a text anywhere below.
    expect([name, source.match(/\binputs\.(?!rules\b)\w+|\binputs\[|\bprops\b/)]).toEqual([name, null]);
    expect([name, /@pulumi\//.test(source)]).toEqual([name, false]);
  }
});
