import * as v from "valibot";
import { recordOf } from "../../record-of.ts";
import { quotas } from "./quotas.ts";

/** `principalId` and what the authorizer gave as context, each value as text. */
export type AuthorizerContext = Readonly<Record<string, string>>;

export type AuthorizerDecision =
  | { readonly kind: "allowed"; readonly context: AuthorizerContext }
  | { readonly kind: "denied" }
  | { readonly kind: "malformed"; readonly reason: string };

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((text) => [text]),
  ),
  v.array(v.string()),
]);

/** Strict: a policy element that is not evaluated here is refused, never ignored. */
const resultSchema = v.object({
  principalId: v.string(),
  policyDocument: v.strictObject({
    Version: v.optional(v.string()),
    Id: v.optional(v.string()),
    Statement: v.array(
      v.strictObject({
        Sid: v.optional(v.string()),
        Effect: v.picklist(["Allow", "Deny"]),
        Action: oneOrMore,
        Resource: oneOrMore,
      }),
    ),
  }),
  context: v.optional(recordOf(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
});

/**
 * What a Lambda authorizer's return value means for `execute-api:Invoke` on `methodArn`: an Allow that
 * matches and no Deny that does. Anything but a principal, a policy and a flat context, or over 8 KB, is
 * malformed. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function decideFromAuthorizerResult(result: unknown, methodArn: string): AuthorizerDecision {
  const size = Buffer.byteLength(JSON.stringify(result) ?? "");
  if (size > quotas.authorizerResultBytes) return { kind: "malformed", reason: "The result is over 8 KB." };
  const parsed = v.safeParse(resultSchema, result);
  if (!parsed.success) {
    // Never the value itself: it may be a token, and the reason is logged.
    const place = v.getDotPath(parsed.issues[0]) ?? "The result";
    return { kind: "malformed", reason: `${place} is not as documented.` };
  }
  const { principalId, policyDocument, context } = parsed.output;
  const effects = policyDocument.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), "execute-api:invoke")) &&
      Resource.some((pattern) => matches(pattern, methodArn)),
  ).map(({ Effect }) => Effect);
  if (effects.includes("Deny") || !effects.includes("Allow")) return { kind: "denied" };
  const stringified = Object.entries(context).map(([key, value]) => [key, String(value)] as const);
  return { kind: "allowed", context: Object.fromEntries([...stringified, ["principalId", principalId]]) };
}

/** IAM's wildcards: `*` for any text, `?` for one character. Linear in both lengths for each `*`. */
function matches(pattern: string, text: string): boolean {
  let position = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (position < text.length) {
    if (pattern[index] === "*") {
      star = index++;
      resume = position;
    } else if (pattern[index] === "?" || pattern[index] === text[position]) {
      index++;
      position++;
    } else if (star >= 0) {
      index = star + 1;
      position = ++resume;
    } else return false;
  }
  while (pattern[index] === "*") index++;
  return index === pattern.length;
}
