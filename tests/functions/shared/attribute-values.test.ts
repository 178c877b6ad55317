import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as v from "valibot";
import {
  flag,
  number,
  readFlag,
  readNumber,
  readRow,
  readText,
  readTexts,
  text,
  texts,
} from "../../../functions/shared/attribute-values.ts";

test("values are written as DynamoDB's types", () => {
  expect([text("a"), number(1.5), flag(false), texts(["a", ""])]).toEqual([
    { S: "a" },
    { N: "1.5" },
    { BOOL: false },
    { L: [{ S: "a" }, { S: "" }] },
  ]);
});

test("what was written is read back", () => {
  const row = v.object({ text: readText, number: readNumber, flag: readFlag, texts: readTexts });
  fc.assert(
    fc.property(
      fc.record({
        text: fc.string(),
        number: fc.integer(),
        flag: fc.boolean(),
        texts: fc.array(fc.string()),
      }),
      (value) => {
        const written = {
          text: text(value.text),
          number: number(value.number),
          flag: flag(value.flag),
          texts: texts(value.texts),
        };
        expect(readRow("rows", row, written)).toEqual(value);
      },
    ),
  );
});

test.each([
  ["text", readText, { N: "1" }],
  ["number", readNumber, { N: "one" }],
  ["number", readNumber, { N: "Infinity" }],
  ["number", readNumber, { S: "1" }],
  ["flag", readFlag, { BOOL: "true" }],
  ["flag", readFlag, { S: "true" }],
  ["texts", readTexts, { SS: ["a"] }],
  ["texts", readTexts, { L: [{ S: "a" }, { N: "1" }] }],
  ["texts", readTexts, undefined],
])("an attribute that is no %s is a fault that names table and attribute", (_, schema, value) => {
  const fault = { code: "row_malformed", message: "rows: attribute at is missing or of a wrong type" };
  expect(() => readRow("rows", v.object({ at: schema as v.GenericSchema }), { at: value })).toThrow(
    expect.objectContaining(fault),
  );
});

describe("a row's version", () => {
  const read = (row: object) => readRow("peers", v.object({ at: readNumber }), { at: { N: "1" }, ...row });

  test("is that of this release, an earlier one, or not there, as in an index", () => {
    for (const row of [{ v: { N: "2" } }, { v: { N: "1" } }, {}]) expect(read(row)).toEqual({ at: 1 });
  });

  test("of a later release is a fault that time may heal, whatever else the row says", () => {
    expect(() => read({ v: { N: "3" }, at: { S: "now" } })).toThrow(
      expect.objectContaining({
        code: "row_newer",
        retryable: true,
        message: "peers: version 3 of a row, expected 2 at most",
      }),
    );
  });
});
