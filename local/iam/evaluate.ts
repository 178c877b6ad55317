import type { RequestContext } from "./condition.ts";
import type { Principal } from "./iam.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { namesPrincipal } from "./policy-principal.ts";
import type { Statement } from "./policy-statement.ts";

export interface Evaluation {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  /** Policies of the role. They say nothing about a service principal. */
  readonly identityPolicies: readonly PolicyDocument[];
  readonly resourcePolicies: readonly PolicyDocument[];
}

export type Decision =
  | { readonly kind: "allowed"; readonly by: readonly Statement[] }
  | { readonly kind: "explicitly denied"; readonly by: "identity" | "resource" }
  | { readonly kind: "implicitly denied" };

/**
 * Decides one call within one account: an explicit deny of any policy wins; else an allow of either an
 * identity policy or a resource policy is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(evaluation: Evaluation): Decision {
  const identityPolicies = evaluation.principal.kind === "role" ? evaluation.identityPolicies : [];
  const ofIdentity = applicable(identityPolicies, evaluation);
  const ofResource = applicable(evaluation.resourcePolicies, evaluation);
  if (ofIdentity.some(({ effect }) => effect === "Deny"))
    return { kind: "explicitly denied", by: "identity" };
  if (ofResource.some(({ effect }) => effect === "Deny"))
    return { kind: "explicitly denied", by: "resource" };
  const by = [...ofIdentity, ...ofResource];
  return by.length > 0 ? { kind: "allowed", by } : { kind: "implicitly denied" };
}

/** True when the statement is about this action and resource, whatever its principal and conditions. */
export function covers(statement: Statement, action: string, resource: string): boolean {
  const named = statement.actions.some((pattern) => pattern.matches(action));
  if (named === statement.actionsNegated) return false;
  return statement.resources?.some((pattern) => pattern.matches(resource)) ?? true;
}

function applicable(policies: readonly PolicyDocument[], evaluation: Evaluation): Statement[] {
  return policies
    .flatMap(({ statements }) => statements)
    .filter(
      (statement) =>
        covers(statement, evaluation.action, evaluation.resource) &&
        concerns(statement, evaluation.principal) &&
        statement.conditions.every((condition) => condition.holds(evaluation.context)),
    );
}

function concerns(statement: Statement, principal: Principal): boolean {
  if (!statement.principals) return true;
  const named = namesPrincipal(statement.principals, principal);
  return named === "directly" || (named === "by account" && statement.effect === "Deny");
}
