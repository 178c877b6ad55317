import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ExpressionParser, rememberExpressions } from "../../../local/dynamodb/remember-expressions.ts";

const require = createRequire(import.meta.url);
const { compare } = require("dynalite/db/index.js");

const parsers = ["condition", "projection", "update"] as const;

/** dynalite's parser as it is, which it is only where nobody imports our store, and one that remembers. */
function bothParsers(kind: (typeof parsers)[number]): readonly [ExpressionParser, ExpressionParser] {
  const { parse } = require(`dynalite/db/${kind}Parser.js`) as ExpressionParser;
  const remembering = { parse };
  rememberExpressions(remembering);
  return [{ parse }, remembering];
}

interface Request {
  readonly text: string;
  readonly names: Record<string, string> | undefined;
  readonly values: Record<string, object> | undefined;
}

/** All that a caller of the parser sees. */
function outcome(parser: ExpressionParser, { text, names, values }: Request) {
  const unused = (given: object = {}) => Object.fromEntries(Object.keys(given).map((name) => [name, true]));
  const context = {
    ...(names && { attrNames: names }),
    ...(values && { attrVals: JSON.parse(JSON.stringify(values)) }),
    unusedAttrNames: unused(names),
    unusedAttrVals: unused(values),
    isReserved: (name: string) => name === "status",
    compare,
  };
  let result: unknown;
  try {
    result = parser.parse(text, { context });
  } catch (error) {
    return { error: (error as Error).message };
  }
  if (typeof result === "string") return { error: result };
  return { result, unused: [context.unusedAttrNames, context.unusedAttrVals] };
}

const value = fc.constantFrom<object>(
  { S: "a" },
  { S: "N" },
  { N: "1" },
  { N: "2" },
  { L: [] },
  { SS: ["x"] },
);
const values = fc.record({ ":a": value, ":b": value }, { requiredKeys: [":a"] });
const name = fc.constantFrom("p", "q", "status", "constructor");
const names = fc.record({ "#a": name, "#b": name }, { requiredKeys: ["#a"] });
const path = fc.constantFrom("#a", "#b", "x", "y.z", "#a.#b", "x[1]", "status");
const operand = fc.oneof(path, fc.constantFrom(":a", ":b"));

const comparison = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<"), operand).map((parts) => parts.join(" ")),
  fc.tuple(operand, operand, operand).map(([x, y, z]) => `${x} BETWEEN ${y} AND ${z}`),
  fc.tuple(operand, operand).map(([x, y]) => `${x} IN (${y})`),
  operand.map((x) => `attribute_exists(${x})`),
  fc
    .tuple(fc.constantFrom("begins_with", "contains", "attribute_type"), operand, operand)
    .map(([name, x, y]) => `${name}(${x}, ${y})`),
  fc.tuple(operand, operand).map(([x, y]) => `size(${x}) = ${y}`),
);
const condition = fc
  .tuple(comparison, fc.constantFrom("AND", "OR", "AND NOT"), comparison)
  .map(([one, joined, other]) => `(${one}) ${joined} ${other}`);
const set = fc.oneof(
  fc.tuple(path, operand).map(([x, y]) => `SET ${x} = ${y}`),
  fc.tuple(path, path, operand).map(([x, y, z]) => `SET ${x} = ${y} + ${z}`),
  fc.tuple(path, path, operand).map(([x, y, z]) => `SET ${x} = if_not_exists(${y}, ${z})`),
  fc.tuple(path, path, operand).map(([x, y, z]) => `SET ${x} = list_append(${y}, ${z})`),
);
const update = fc.oneof(
  set,
  fc.tuple(set, path).map(([one, x]) => `${one} REMOVE ${x}`),
  fc.tuple(fc.constantFrom("ADD", "DELETE"), path, operand).map((parts) => parts.join(" ")),
);
const texts = {
  condition: fc.oneof(comparison, condition),
  update,
  projection: fc.array(path, { minLength: 1, maxLength: 3 }).map((paths) => paths.join(", ")),
};

test.each(parsers)("a remembered %s says of every request what parsing it says", (kind) => {
  const [plain, remembering] = bothParsers(kind);
  const given = fc.record({
    names: fc.option(names, { nil: undefined, freq: 4 }),
    values: fc.option(values, { nil: undefined, freq: 4 }),
  });
  const sameText = fc.tuple(texts[kind], fc.array(given, { minLength: 2, maxLength: 6 }));
  let right = 0;
  fc.assert(
    fc.property(sameText, ([text, all]) => {
      for (const one of all) {
        const request = { text, ...one };
        const expected = outcome(plain, request);
        if ("result" in expected) right++;
        expect(outcome(remembering, request)).toStrictEqual(expected);
        expect(outcome(remembering, request)).toStrictEqual(expected);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(right).toBeGreaterThan(300);
});

test("what a request does to its tree, the next does not see", () => {
  const [, remembering] = bothParsers("condition");
  const request = { text: "x = :a", names: undefined, values: { ":a": { N: "1" } } };
  const { result } = outcome(remembering, request);
  const { expression } = result as { expression: { type: string; args: { N: string }[] } };
  expression.type = "<";
  (expression.args[1] as { N: string }).N = "9";
  expect(outcome(remembering, request).result).toMatchObject({
    expression: { type: "=", args: [["x"], { N: "1" }] },
  });
});

test.each([
  {
    text: "x BETWEEN :a AND :b",
    right: { ":a": { N: "1" }, ":b": { N: "2" } },
    wrong: { ":a": { N: "2" }, ":b": { N: "1" } },
    error: "The BETWEEN operator requires upper bound to be greater than or equal to lower bound",
  },
  {
    text: "attribute_type(x, :a)",
    right: { ":a": { S: "N" } },
    wrong: { ":a": { S: "number" } },
    error: "Invalid attribute type name found; type: number",
  },
])("$text is judged by its values each time", ({ text, right, wrong, error }) => {
  const [, remembering] = bothParsers("condition");
  outcome(remembering, { text, names: undefined, values: right });
  expect(outcome(remembering, { text, names: undefined, values: wrong }).error).toContain(error);
});
