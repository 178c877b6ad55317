import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { readBody } from "../../../../functions/billing/callers/read-body.ts";

const schema = v.strictObject({ note: v.string(), line: v.optional(v.strictObject({ city: v.string() })) });
const read = (text: string) => readBody(schema, Buffer.from(text));
/** A body of exactly so many bytes. */
const ofBytes = (bytes: number) => JSON.stringify({ note: "x".repeat(bytes - '{"note":""}'.length) });

test("4,096 bytes are read, and one more is too large", () => {
  expect(read(ofBytes(4_096))).toMatchObject({ kind: "parsed" });
  expect(read(ofBytes(4_097))).toEqual({ kind: "refused", code: "body_too_large" });
});

test("bytes count, not characters", () => {
  expect(read(JSON.stringify({ note: "é".repeat(2_043) }))).toEqual({
    kind: "refused",
    code: "body_too_large",
  });
});

test.each([
  ["nothing", ""],
  ["what is no JSON", "{"],
])("%s is not JSON", (_, text) => {
  expect(read(text)).toEqual({ kind: "refused", code: "body_not_json" });
});

test.each([
  ["the wrong kind", '{"note":1}', "note"],
  ["a member of a member", '{"note":"a","line":{"city":1}}', "line.city"],
  ["one that is missing", "{}", "note"],
])("of %s the path is named", (_, text, field) => {
  expect(read(text)).toEqual({ kind: "refused", code: "body_invalid", field });
});

test.each(["null", '{"note":"a","secret-name":1}'])("%s is refused without a name", (text) => {
  expect(read(text)).toEqual({ kind: "refused", code: "body_invalid" });
});
