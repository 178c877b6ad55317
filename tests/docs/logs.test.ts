import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { problems, webhookProblems } from "../../functions/billing/callers/problems.ts";
import { embeddedMetrics } from "../../functions/shared/embedded-metrics.ts";
import { logFields } from "../../functions/shared/log-line.ts";
import { admissionRefusals } from "../../functions/signaling/authorize.ts";
import { refusals } from "../../functions/signaling/protocol.ts";
import { recordedProgram } from "../components/recorded-program.ts";
import { declareWholeProgram } from "../components/whole-program.ts";
import { allIn, columns, sourcesBelow, tableUnder, textOf } from "./document.ts";

const table = (heading: string, ...indexes: number[]) =>
  columns(tableUnder("docs/logs.md", heading), ...indexes);
const functionsText = sourcesBelow("functions").map(textOf).join("\n");

test("the fields are those that a line admits", () => {
  expect(table("Fields", 0).flat()).toEqual(Object.keys(logFields.entries));
});

test("the fields of the access logs are those that the stages declare, each with its API", async () => {
  const formats = (await recordedProgram(declareWholeProgram))
    .filter(({ type }) => /^aws:apigateway(v2)?\/stage:Stage$/.test(type))
    .map(({ name, inputs }) => [name, (inputs.accessLogSettings as { format: string }).format] as const);
  const declared = new Map<string, string[]>();
  for (const [api, format] of formats) {
    for (const field of Object.keys(JSON.parse(format))) {
      declared.set(field, [...(declared.get(field) ?? []), api]);
    }
  }
  expect(new Map(table("Access logs", 0, 1).map(([field = "", api]) => [field, api]))).toEqual(
    new Map([...declared].map(([field, apis]) => [field, apis.length === 2 ? "both" : apis[0]])),
  );
});

test("every code that a function logs is listed, and no other", () => {
  const union = (pattern: RegExp) => allIn(pattern.exec(functionsText)?.[1] ?? "", /"([a-z_]+)"/g);
  const logged = new Set([
    ...union(/type FailureCode =([\s\S]*?);/),
    ...union(/type Delay =([^;]*);/),
    ...union(/type Obstacle =([^;]*);/),
    ...union(/readonly obstacle\?: Obstacle \|([^;]*);/),
    ...allIn(functionsText, /code: "([a-z_]+)"/g),
  ]);
  // Refusals are in errors.md; `delivered` and `queued` are outcomes.
  const elsewhere = [
    "delivered",
    "queued",
    ...[admissionRefusals, refusals, problems, webhookProblems].flatMap(Object.keys),
  ];
  const documented = table("Codes", 0).flat();
  expect([...logged].filter((code) => !elsewhere.includes(code) && !documented.includes(code))).toEqual([]);
  // Some come from a union of outcomes, wherever it is written.
  expect(documented.filter((code) => !functionsText.includes(`"${code}"`))).toEqual([]);
});

test("every function that the list of codes names is deployed", async () => {
  const deployed = (await recordedProgram(declareWholeProgram))
    .filter(({ type }) => type === "aws:lambda/function:Function")
    .map(({ name }) => name);
  const named = table("Codes", 1).flatMap(([cell = ""]) => cell.split(", "));
  expect(named.filter((name) => name !== "any" && !deployed.includes(name))).toEqual([]);
});

test("the metrics are those of the code, with their dimensions", () => {
  const source = textOf("functions/shared/embedded-metrics.ts");
  const calls = [...source.matchAll(/(?:one|milliseconds)\("(\w+)"[^[\])]*(?:\[([^\]]*)\])?\)/g)];
  const inCode = new Set(
    calls.map(([, name, dimensions = ""]) => `${name}(${dimensions.replaceAll('"', "")})`),
  );
  // These are named for the fields that they count.
  const fates = { released: 1, superseded: 1, expired: 1, ambiguous: 1, undeliverable: 1 };
  const line = {
    function: "deliver",
    event: "delivery",
    outcome: "served",
    kind: "waiting",
    ...fates,
  } as const;
  for (const { Dimensions, Metrics } of embeddedMetrics(line, 0)?._aws.CloudWatchMetrics ?? []) {
    for (const { Name } of Metrics) inCode.add(`${Name}(${Dimensions[0]?.join(", ")})`);
  }
  const documented = table("Metrics", 0, 1).map(([name, dimensions]) => `${name}(${dimensions})`);
  expect(documented.toSorted()).toEqual([...inCode].sort());
});

test("the example computes the digits that stand in the logs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-logs-"));
  const file = join(folder, "example.mjs");
  writeFileSync(file, /```js\n([\s\S]*?)```/.exec(textOf("docs/logs.md"))?.[1] ?? "");
  const { pseudonym } = (await import(file)) as { pseudonym: (text: string) => string };
  rmSync(folder, { recursive: true });
  // printf room | sha256sum | cut -c1-16
  expect(pseudonym("room")).toBe("1f1c5b2fad778434");
});
