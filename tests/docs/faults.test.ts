import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { faultRule } from "../../local/faults/fault-rule.ts";
import { textOf } from "./document.ts";

test("the example of fault rules is a list that the control API takes", () => {
  const [, section = ""] = textOf("docs/local-cloud.md").split("\n## Faults\n");
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "");
  expect(v.safeParse(v.array(faultRule), example).issues).toBeUndefined();
  expect(example).toHaveLength(5);
});
