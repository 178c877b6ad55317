import { expect, test } from "@jest/globals";
import fc from "fast-check";
import * as v from "valibot";
import { recordOf } from "../../local/record-of.ts";

const texts = recordOf(v.string(), v.string());

test("keeps every member, whatever its name", () => {
  const json = '{"__proto__":"a","constructor":"b","prototype":"c","toString":"d"}';
  expect(JSON.stringify(v.parse(texts, JSON.parse(json)))).toBe(json);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (given) => {
      expect(Object.entries(v.parse(texts, given))).toEqual(Object.entries(given));
    }),
  );
});

test("names the member that is wrong", () => {
  const result = v.safeParse(v.object({ tags: texts }), { tags: { team: "a", constructor: 1 } });
  expect(result.success ? [] : result.issues.map((issue) => v.getDotPath(issue))).toEqual([
    "tags.constructor",
  ]);
});

test.each([[null], [["a"]], ["text"], [1], [undefined]])("refuses %j", (given) => {
  expect(v.is(texts, given)).toBe(false);
});
