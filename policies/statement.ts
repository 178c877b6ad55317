import { isObject } from "./value.ts";

export interface Condition {
  /** `StringEquals`, `ForAllValues:StringLike`, … */
  readonly operator: string;
  /** In lower case, as IAM compares keys: `aws:sourcearn`. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface Principal {
  readonly kind: "AWS" | "Service" | "Federated" | "CanonicalUser" | "*";
  readonly id: string;
}

/** One statement of a policy document, every list a list; what is not yet known is left out. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly principals: readonly Principal[];
  readonly conditions: readonly Condition[];
}

/**
 * The statements of a policy document, JSON text or object
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). None for anything else:
 * AWS itself refuses a policy that is not JSON.
 */
export function statementsOf(document: unknown): readonly Statement[] {
  const parsed = typeof document === "string" ? parsedJson(document) : document;
  if (!isObject(parsed)) return [];
  const { Statement } = parsed;
  return (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject).map((statement) => ({
    effect: String(statement.Effect),
    actions: texts(statement.Action),
    notActions: texts(statement.NotAction),
    resources: texts(statement.Resource),
    notResources: texts(statement.NotResource),
    principals: principals(statement.Principal),
    conditions: conditions(statement.Condition),
  }));
}

/** Whether a condition compares that key by equality or pattern with known values, none of which is `*`. */
export function isBoundBy({ conditions }: Statement, ...keys: readonly string[]): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      keys.some((wanted) => wanted.toLowerCase() === key) &&
      /^(ForA\w+Values:)?(String|Arn|Ip)(Equals|Like|EqualsIgnoreCase|Address)$/.test(operator) &&
      !values.includes("*"),
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((item) => typeof item === "string" || typeof item === "boolean")
    .map(String);
}

function principals(value: unknown): Principal[] {
  if (value === "*") return [{ kind: "*", id: "*" }];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([kind, ids]) =>
    texts(ids).map((id) => ({ kind: kind as Principal["kind"], id })),
  );
}

function conditions(value: unknown): Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({
          operator,
          key: key.toLowerCase(),
          values: texts(values),
        }))
      : [],
  );
}
