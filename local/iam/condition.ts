import { addressRange } from "../../components/address-range.ts";
import { addressPattern } from "./address-pattern.ts";
import { arnPattern, exactPattern, likePattern, type Pattern } from "./pattern.ts";

/** Condition key, in lower case → its values in this request. A key without values is absent. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** One operator on one key. All conditions of a statement must hold. */
export interface Condition {
  holds(context: RequestContext): boolean;
  /** Of `ForAllValues:StringEquals`: the key as written, and the values that it admits. */
  readonly admits?: { readonly key: string; readonly values: readonly string[] };
}

type KeyType = "string" | "arn" | "boolean" | "address";

interface Operator {
  readonly types: readonly KeyType[];
  readonly negated: boolean;
  readonly pattern: (value: string) => Pattern;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { types: ["string", "arn"], negated: false, pattern: exactPattern },
  StringNotEquals: { types: ["string", "arn"], negated: true, pattern: exactPattern },
  StringLike: { types: ["string", "arn"], negated: false, pattern: likePattern },
  StringNotLike: { types: ["string", "arn"], negated: true, pattern: likePattern },
  ArnEquals: { types: ["arn"], negated: false, pattern: arnPattern },
  ArnLike: { types: ["arn"], negated: false, pattern: arnPattern },
  ArnNotEquals: { types: ["arn"], negated: true, pattern: arnPattern },
  ArnNotLike: { types: ["arn"], negated: true, pattern: arnPattern },
  IpAddress: { types: ["address"], negated: false, pattern: addressPattern },
  NotIpAddress: { types: ["address"], negated: true, pattern: addressPattern },
  Bool: { types: ["boolean"], negated: false, pattern: booleanPattern },
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const keys: ReadonlyMap<string, { readonly type: KeyType; readonly multivalued: boolean }> = new Map([
  ["dynamodb:leadingkeys", { type: "string", multivalued: true }],
  ["dynamodb:attributes", { type: "string", multivalued: true }],
  ["aws:sourcearn", { type: "arn", multivalued: false }],
  ["aws:sourceaccount", { type: "string", multivalued: false }],
  ["aws:sourceip", { type: "address", multivalued: false }],
  ["aws:principalarn", { type: "arn", multivalued: false }],
  ["aws:principalaccount", { type: "string", multivalued: false }],
  ["aws:securetransport", { type: "boolean", multivalued: false }],
]);

const operatorForm = /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<base>[A-Za-z]+?)(?<ifExists>IfExists)?$/;

/**
 * The condition, or a sentence that names the operator, key or value that is not known. `hasAddress`: the caller's
 * address is known to those who ask, as it is to API Gateway; else its key is refused rather than never there.
 */
export function parseCondition(
  operator: string,
  key: string,
  values: readonly string[],
  hasAddress = false,
): Condition | string {
  const known = keys.get(key.toLowerCase());
  if (!known || (known.type === "address" && !hasAddress)) return `condition key ${key} is not known`;
  if (operator === "Null") return parseNull(key, values);
  const { set, base = "", ifExists } = operatorForm.exec(operator)?.groups ?? {};
  const found = Object.hasOwn(operators, base) ? operators[base] : undefined;
  if (!found) return `condition operator ${operator} is not known`;
  if (!found.types.includes(known.type)) return `condition operator ${operator} does not fit the key ${key}`;
  if (known.multivalued && !set) {
    return `condition key ${key} has several values: ${operator} needs ForAllValues: or ForAnyValue:`;
  }
  const wrong = values.find((value) => !fits(base, value));
  if (wrong !== undefined) return `condition value "${wrong}" is not one that ${operator} can compare`;
  return condition(key, {
    set,
    negated: found.negated,
    ifExists: ifExists !== undefined,
    patterns: values.map(found.pattern),
    ...(set === "ForAllValues" && base === "StringEquals" && { admits: { key, values } }),
  });
}

interface Comparison {
  readonly set: string | undefined;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly patterns: readonly Pattern[];
  readonly admits?: Condition["admits"];
}

/**
 * What holds when the key is absent: with IfExists anything, else a negated operator and ForAllValues.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function condition(key: string, { set, negated, ifExists, patterns, admits }: Comparison): Condition {
  const lowerKey = key.toLowerCase();
  const holdsFor = (value: string) => patterns.some((pattern) => pattern.matches(value)) !== negated;
  return {
    ...(admits && { admits }),
    holds(context) {
      const values = context.get(lowerKey) ?? [];
      const [only] = values;
      if (only === undefined) return ifExists || set === "ForAllValues" || (negated && !set);
      if (set === "ForAllValues") return values.every(holdsFor);
      if (set === "ForAnyValue") return values.some(holdsFor);
      if (values.length > 1)
        throw new Error(`The condition key ${key} takes one value, not ${values.length}`);
      return holdsFor(only);
    },
  };
}

function parseNull(key: string, values: readonly string[]): Condition | string {
  const wrong = values.find((value) => !fits("Bool", value));
  if (wrong !== undefined) return `condition value "${wrong}" is not one that Null can compare`;
  const lowerKey = key.toLowerCase();
  const wanted = values.map((value) => value.toLowerCase() === "true");
  return { holds: (context) => wanted.includes((context.get(lowerKey) ?? []).length === 0) };
}

function fits(base: string, value: string): boolean {
  if (base === "Bool") return /^(true|false)$/i.test(value);
  if (base.endsWith("IpAddress")) return addressRange(value) !== undefined;
  if (base.startsWith("Arn")) return /^arn(:[^:]*){4}:./.test(value);
  return true;
}

function booleanPattern(text: string): Pattern {
  return { text, matches: (value) => value.toLowerCase() === text.toLowerCase() };
}
