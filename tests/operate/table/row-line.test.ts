import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { lineOfRow, rowOfLine } from "../../../operate/table/row-line.ts";

test("a row is a line of DynamoDB's JSON, bytes in base64", () => {
  const row = { user: { S: "acme#ada" }, at: { N: "5" }, raw: { B: new Uint8Array([1, 2, 250]) } };
  expect(lineOfRow(row)).toBe('{"Item":{"user":{"S":"acme#ada"},"at":{"N":"5"},"raw":{"B":"AQL6"}}}');
  expect(rowOfLine(lineOfRow(row))).toEqual(row);
});

const number = fc.oneof(fc.integer().map(String), fc.constantFrom("1.5", "-0.25", "1E+30"));
const bytes = fc.uint8Array({ maxLength: 9 }).map((array) => new Uint8Array(array));
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: fc.string() }),
    fc.record({ N: number }),
    fc.record({ B: bytes }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.constant(true as const) }),
    fc.record({ SS: fc.array(fc.string(), { minLength: 1 }) }),
    fc.record({ NS: fc.array(number, { minLength: 1 }) }),
    fc.record({ BS: fc.array(bytes, { minLength: 1 }) }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(fc.string(), tie("value"), { maxKeys: 3, noNullPrototype: true }) }),
  ) as fc.Arbitrary<AttributeValue>,
}));
const attribute = fc.string().filter((name) => !["__proto__", "prototype", "constructor"].includes(name));

test("every row comes back from its line, or the line is refused as a whole", () => {
  fc.assert(
    fc.property(fc.dictionary(attribute, value, { noNullPrototype: true }), (row) => {
      const line = lineOfRow(row);
      expect(line).not.toContain("\n");
      const losesMember = /"(__proto__|prototype|constructor)":/.test(line);
      expect(rowOfLine(line)).toEqual(losesMember ? undefined : row);
    }),
  );
});

test.each([
  "",
  "no JSON",
  "[]",
  '{"item":{}}',
  '{"Item":{"user":"ada"}}',
  '{"Item":{"user":{"S":1}}}',
  '{"Item":{"user":{"N":"many"}}}',
  '{"Item":{"user":{"S":"a","N":"1"}}}',
  '{"Item":{"user":{"B":"no base64"}}}',
  '{"Item":{},"More":1}',
  '{"Item":{"__proto__":{"S":"a"}}}',
  '{"Item":{"user":{"M":{"constructor" :{"S":"a"}}}}}',
])("a line that is %j is no row", (line) => {
  expect(rowOfLine(line)).toBeUndefined();
});

test("text that only looks like such a name is kept", () => {
  const row = { user: { S: '"constructor":' }, prototypes: { S: "__proto__" } };
  expect(rowOfLine(lineOfRow(row))).toEqual(row);
});
