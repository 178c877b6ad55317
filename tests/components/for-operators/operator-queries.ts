import { expect, test } from "@jest/globals";
import { declaredProgram } from "../../docs/declared-program.ts";
import { columns, tableUnder } from "../../docs/document.ts";

interface Query {
  readonly name: string;
  readonly logGroupNames: readonly string[];
  readonly queryString: string;
}
const declared = await declaredProgram("prod");
const ofType = (type: string) => declared.filter((resource) => resource.type === type);
const queries = ofType("aws:cloudwatch/queryDefinition:QueryDefinition").map(
  ({ inputs }) => inputs as unknown as Query,
);

const isOfGateways = (name: string) => name.endsWith("What the gateways refuse");

test("the questions of docs/logs.md are saved, in the stack's folder, with the word to put something in for", () => {
  const saved = queries.map(({ name, queryString }) => [
    name.replace("synapse-d/prod/", ""),
    queryString.match(/"([A-Z_]{2,})"/)?.[1] ?? "",
  ]);
  expect(saved.sort()).toEqual(columns(tableUnder("docs/logs.md", "Questions"), 0, 1).sort());
});

test("each searches the lines of every function, or of both APIs, and no more groups than CloudWatch takes", () => {
  const functions = ofType("aws:lambda/function:Function")
    .map(({ name }) => `/synapse-d/prod/${name}`)
    .sort();
  for (const { name, logGroupNames } of queries) {
    const groups = isOfGateways(name)
      ? ["/synapse-d/prod/billing-access", "/synapse-d/prod/signaling-access"]
      : functions;
    expect([name, [...logGroupNames].sort()]).toEqual([name, groups]);
    expect(logGroupNames.length).toBeLessThanOrEqual(50);
  }
});

test("each names only fields that a line can have", () => {
  const ofLines = new Set(["function", ...columns(tableUnder("docs/logs.md", "Fields"), 0).flat()]);
  const ofAccess = new Set(columns(tableUnder("docs/logs.md", "Access logs"), 0).flat());
  const words = new Set(
    "fields filter stats sort as by or and asc desc count latest count_distinct sum avg pct ispresent".split(
      " ",
    ),
  );
  for (const { name, queryString } of queries) {
    const aliases = [...queryString.matchAll(/ as (\w+)/g)].map(([, alias]) => alias);
    const named = queryString
      .replaceAll(/"[^"]*"|@timestamp/g, "")
      .match(/[a-zA-Z_]+/g)
      ?.filter((word) => !words.has(word) && !aliases.includes(word));
    const fields = isOfGateways(name) ? ofAccess : ofLines;
    expect([name, named?.filter((word) => !fields.has(word))]).toEqual([name, []]);
  }
});
