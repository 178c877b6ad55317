import * as v from "valibot";
import type { Principal } from "./iam.ts";
import { oneOrMany } from "./one-or-many.ts";

/** Whom a statement of a resource or trust policy names. */
export type PrincipalPattern =
  | { readonly kind: "anyone" }
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "service"; readonly service: string };

/** A wildcard cannot match a part of an ARN here, unlike in Resource. */
const awsPrincipal = v.pipe(
  v.string(),
  v.regex(
    /^(\*|\d{12}|arn:aws:(iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)|sts::\d{12}:assumed-role\/[\w+=,.@/-]+))$/,
    (issue) => `principal ${issue.received} is not known`,
  ),
  v.transform((text): PrincipalPattern => {
    if (text === "*") return { kind: "anyone" };
    const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
    return account ? { kind: "account", account } : { kind: "arn", arn: text };
  }),
);

const servicePrincipal = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9.-]+\.amazonaws\.com$/, (issue) => `service principal ${issue.received} is not known`),
  v.transform((service): PrincipalPattern => ({ kind: "service", service })),
);

/**
 * The Principal element. `*` and `{ "AWS": "*" }` mean the same.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const principalElement: v.GenericSchema<unknown, readonly PrincipalPattern[]> = v.pipe(
  v.unknown(),
  v.transform((value) => (value === "*" ? { AWS: value } : value)),
  v.strictObject(
    { AWS: v.optional(oneOrMany(awsPrincipal)), Service: v.optional(oneOrMany(servicePrincipal)) },
    (issue) =>
      issue.expected === "never" ? `principal ${issue.received} is not known` : "expected *, AWS or Service",
  ),
  v.transform(({ AWS = [], Service = [] }) => [...AWS, ...Service]),
  v.minLength(1, "expected at least one principal"),
);

/**
 * How the patterns name the principal. Naming the account only delegates to it: the account's own
 * identity policies must allow the call too.
 */
export function namesPrincipal(
  patterns: readonly PrincipalPattern[],
  principal: Principal,
): "directly" | "by account" | "not" {
  if (patterns.some((pattern) => namesDirectly(pattern, principal))) return "directly";
  const account = principal.kind === "role" ? accountOf(principal.arn) : undefined;
  const byAccount = patterns.some((pattern) => pattern.kind === "account" && pattern.account === account);
  return byAccount ? "by account" : "not";
}

/** The account of an ARN, its fifth part. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** The session as which a role acts. Its session name is the role's name. */
export function sessionArn(roleArn: string): string {
  const name = roleNameOf(roleArn);
  return `arn:aws:sts::${accountOf(roleArn)}:assumed-role/${name}/${name}`;
}

/** The name of a role, without its path. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

function namesDirectly(pattern: PrincipalPattern, principal: Principal): boolean {
  if (pattern.kind === "anyone") return true;
  if (principal.kind === "service")
    return pattern.kind === "service" && pattern.service === principal.service;
  if (principal.kind === "anonymous" || pattern.kind !== "arn") return false;
  return pattern.arn === principal.arn || pattern.arn === sessionArn(principal.arn);
}
