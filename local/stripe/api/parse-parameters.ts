import * as v from "valibot";
import { invalid, StripeError } from "./stripe-error.ts";

/**
 * The parameters by their schema. Else a StripeError in Stripe's form: 400 with `parameter_unknown`,
 * `parameter_missing` or what is wrong, and `param` in bracket notation.
 */
export function parseParameters<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const param = bracketed(issue);
  const name = param ?? "the request";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return refuse(
      `Received unknown parameter: ${name}, or one that this fake does not model.`,
      param,
      "parameter_unknown",
    );
  }
  if (issue.received === "undefined")
    return refuse(`Missing required param: ${name}.`, param, "parameter_missing");
  if (issue.received === '""')
    return refuse(`You passed an empty string for '${name}'.`, param, "parameter_invalid_empty");
  return refuse(`Invalid ${name}: ${issue.message}`, param, codeOf(issue));
}

function refuse(message: string, param: string | undefined, code: string | undefined): never {
  throw param === undefined
    ? new StripeError(400, message, code ? { code } : {})
    : invalid(message, param, code);
}

const codeOf = (issue: v.BaseIssue<unknown>): string | undefined =>
  issue.message.startsWith("expected an integer") ? "parameter_invalid_integer" : undefined;

/** `items[0][price]`, or undefined for the parameters as a whole. */
function bracketed(issue: v.BaseIssue<unknown>): string | undefined {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const [head, ...rest] = keys;
  return head === undefined ? undefined : `${head}${rest.map((key) => `[${key}]`).join("")}`.slice(0, 200);
}
