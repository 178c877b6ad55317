import type { Violation } from "./rule.ts";
import type { Stack } from "./stack.ts";
import type { Statement } from "./statement.ts";

/** A resource type whose policy is a resource of its own, or an input `policy`. */
export interface Guarded {
  readonly type: string;
  readonly policyType: string;
  /** The input of the policy that names what it guards. */
  readonly property: string;
}

/** A violation for each resource none of whose policies has the statement; one that is not yet known may. */
export function unlessPolicy(
  stack: Stack,
  { type, policyType, property }: Guarded,
  has: (statement: Statement) => boolean,
  message: string,
): readonly Violation[] {
  return stack.ofType(type).flatMap((resource) => {
    const policies = [resource, ...stack.referrers(resource, policyType, property)];
    const guarded = policies.some(
      (policy) => !policy.isKnown("policy") || policy.statements("policy").some(has),
    );
    return guarded ? [] : [{ resource, message }];
  });
}

export function deniesPlainHttp({ effect, conditions }: Statement): boolean {
  return (
    effect === "Deny" &&
    conditions.some(
      ({ operator, key, values }) =>
        /^Bool(IfExists)?$/.test(operator) && key === "aws:securetransport" && values.includes("false"),
    )
  );
}

export function deniesOtherAccounts({ effect, conditions }: Statement): boolean {
  return (
    effect === "Deny" &&
    conditions.some(
      ({ operator, key }) =>
        /^StringNot(Equals|Like)/.test(operator) &&
        ["aws:principalaccount", "aws:principalorgid"].includes(key),
    )
  );
}
