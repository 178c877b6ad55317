import { describe, expect, test } from "@jest/globals";
import { toJsonSchema } from "@valibot/to-json-schema";
import fc from "fast-check";
import * as v from "valibot";
import { proofRequest } from "../../../../functions/billing/proofs/proof-request.ts";
import { compileDraft4 } from "../../../../local/api-gateway/rest/json-schema-draft-4.ts";

const compile = (schema: unknown) => compileDraft4(JSON.stringify(schema));

describe("messages", () => {
  const validate = compile({
    type: "object",
    additionalProperties: false,
    required: ["role", "channel"],
    properties: {
      channel: { type: "string", pattern: "^[a-z]+$", minLength: 2, maxLength: 4 },
      role: { enum: ["MASTER", "VIEWER"] },
      count: { type: "integer", minimum: 1 },
    },
  });
  test.each([
    [{ channel: "abc", role: "MASTER", count: 1 }, undefined],
    [{}, '[object has missing required properties (["channel","role"])]'],
    [
      { channel: "abc", role: "MASTER", b: 1, a: 2 },
      '[object instance has properties which are not allowed by the schema: ["a","b"]]',
    ],
    [
      { channel: "abc", role: "PEER" },
      '[instance value ("PEER") not found in enum (possible values: ["MASTER","VIEWER"])]',
    ],
    [{ channel: "ab1", role: "MASTER" }, '[ECMA 262 regex "^[a-z]+$" does not match input string "ab1"]'],
    [{ channel: "a", role: "MASTER" }, '[string "a" is too short (length: 1, required minimum: 2)]'],
    [{ channel: "abcde", role: "MASTER" }, '[string "abcde" is too long (length: 5, maximum allowed: 4)]'],
    [
      { channel: 1, role: "MASTER" },
      '[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]',
    ],
    [[], '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'],
    [null, '[instance type (null) does not match any allowed primitive type (allowed: ["object"])]'],
    [{ channel: "abc", role: "MASTER", count: 0 }, "[/count must be >= 1]"],
  ])("%j is %j", (value, message) => {
    expect(validate(value)).toBe(message);
  });

  test("names an own __proto__ member like any other", () => {
    expect(validate(JSON.parse('{"channel":"abc","role":"MASTER","__proto__":1}'))).toBe(
      '[object instance has properties which are not allowed by the schema: ["__proto__"]]',
    );
  });
});

describe("draft 4", () => {
  test("reads exclusive bounds as true or false", () => {
    const validate = compile({ minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false });
    expect([1, 2, 3, 4].map((value) => validate(value) === undefined)).toEqual([false, true, true, false]);
  });

  test.each([
    ["not JSON", "{", "JSON"],
    ["no object", "[]", "# must be an object"],
    ["another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "$schema is"],
    ["const, which draft 4 lacks", { const: 1 }, "#/const: the keyword is not in JSON Schema draft 4"],
    [
      "a nested keyword of a later draft",
      { properties: { a: { if: {} } } },
      "#/properties/if: the keyword is not in",
    ],
    ["a reference, which is not implemented", { $ref: "#/definitions/a" }, "#/$ref: the keyword is not in"],
    ["a keyword named like an object's own", { constructor: 1 }, "#/constructor: the keyword is not in"],
    [
      "a number as exclusive bound",
      { exclusiveMinimum: 1 },
      "#/exclusiveMinimum must be true or false in draft 4",
    ],
    ["an exclusive bound alone", { exclusiveMinimum: true }, "#/exclusiveMinimum needs minimum in draft 4"],
    ["an empty required", { required: [] }, "#/required must not be empty"],
    ["a boolean schema", { properties: { a: true } }, "#/properties/a must be an object"],
    ["a wrong type", { type: "text" }, "schema is invalid"],
    ["a wrong pattern", { pattern: "(" }, "Invalid regular expression"],
  ])("refuses %s", (_, schema, message) => {
    const json = typeof schema === "string" ? schema : JSON.stringify(schema);
    expect(() => compileDraft4(json)).toThrow(message);
  });

  test("refuses or compiles any JSON, and never fails on a value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (schema, value) => {
        let validate: ReturnType<typeof compileDraft4>;
        try {
          validate = compile(schema);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        expect(["string", "undefined"]).toContain(typeof validate(value));
      }),
    );
  });
});

describe("the schema of POST /proofs", () => {
  const validate = compile({
    ...toJsonSchema(proofRequest, { errorMode: "ignore" }),
    $schema: "http://json-schema.org/draft-04/schema#",
  });

  test("accepts and refuses what the function's own schema does", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "blue_1.x-Y"),
      fc.string({ maxLength: 5 }),
      fc.constant("x".repeat(257)),
    );
    const body = fc.record(
      {
        channel: name,
        role: fc.constantFrom("MASTER", "VIEWER", "PEER", "master", 1),
        clientId: name,
        more: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
        expect(validate(value) === undefined).toBe(v.is(proofRequest, value));
      }),
      { numRuns: 300 },
    );
  });
});
