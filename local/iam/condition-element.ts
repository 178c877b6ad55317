import * as v from "valibot";
import { type Condition, parseCondition } from "./condition.ts";
import { fixedText } from "./fixed-text.ts";
import { oneOrMany } from "./one-or-many.ts";

/** The Condition element: operator → key → value or values. `hasAddress` as for `parseCondition`. */
export function conditionElement(hasAddress: boolean): v.GenericSchema<unknown, Condition[]> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const parsed = parseConditions(dataset.value, hasAddress);
      if (typeof parsed !== "string") return parsed;
      addIssue({ message: parsed });
      return NEVER;
    }),
  );
}

/** `false` may be written without quotes. */
const valuesElement = oneOrMany(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "boolean" ? String(value) : value)),
    fixedText,
  ),
);

// valibot's `record` skips names such as `__proto__`, and a condition that is skipped always holds.
const members = v.pipe(
  v.unknown(),
  v.check((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  v.transform((value) => Object.entries(value as Record<string, unknown>)),
  v.minLength(1),
);

function parseConditions(element: unknown, hasAddress: boolean): Condition[] | string {
  const operators = v.safeParse(members, element);
  if (!operators.success) return "expected an object of condition operators";
  const conditions: Condition[] = [];
  for (const [operator, comparisons] of operators.output) {
    const keys = v.safeParse(members, comparisons);
    if (!keys.success) return `condition operator ${operator}: expected an object of condition keys`;
    for (const [key, value] of keys.output) {
      const values = v.safeParse(valuesElement, value);
      if (!values.success) return `condition key ${key}: ${values.issues[0].message}`;
      const parsed = parseCondition(operator, key, values.output, hasAddress);
      if (typeof parsed === "string") return parsed;
      conditions.push(parsed);
    }
  }
  return conditions;
}
