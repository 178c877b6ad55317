import { AwsError } from "../aws-error.ts";

const deepest = 64;

/**
 * A deep copy of a JSON value. Throws AwsError for a member named `__proto__`, which dynalite's plain
 * objects would take for their prototype, and for one nested more than 64 deep: DynamoDB allows 32
 * levels of attribute values (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
 */
export function copyOfJson(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > deepest) {
    throw new AwsError("ValidationException", 400, "Nesting Levels have exceeded supported limits");
  }
  if (Array.isArray(value)) return value.map((entry) => copyOfJson(entry, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name === "__proto__") {
      throw new AwsError("ValidationException", 400, "The local cloud takes no attribute named __proto__");
    }
    copy[name] = copyOfJson(member, depth + 1);
  }
  return copy;
}
