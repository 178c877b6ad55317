import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { substitute } from "../../../local/api-gateway/variable-substitution.ts";

const variables = {
  context: { requestId: "r-1", error: { message: "no $context.requestId" }, empty: "" },
  stageVariables: { color: "blue" },
};
const write = (value: unknown) => (value === undefined ? "?" : String(value));

test.each([
  ["$context.requestId.", "r-1."],
  ["$" + "{context.requestId}x $stageVariables.color", "r-1x blue"],
  ["$context.error.message", "no $context.requestId"],
  ["[$context.empty][$context.nope][$context.error.message.length]", "[][?][?]"],
  ["$context.constructor $context.__proto__ $context", "? ? $context"],
  ["$input.body #set($x = 1) $$", "$input.body #set($x = 1) $$"],
])("makes %s into %s", (template, text) => {
  expect(substitute(template, variables, write)).toBe(text);
});

test("leaves every text without a reference as it is", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/\$\{?(context|stageVariables)/.test(text));
      expect(substitute(text, variables, write)).toBe(text);
    }),
  );
});
