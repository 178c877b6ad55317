import { AwsError } from "../aws-error.ts";
import type { Decision } from "./evaluate.ts";
import type { AccessRequest, Principal } from "./iam.ts";
import { sessionArn } from "./policy-principal.ts";

/**
 * The refusal in AWS's words.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function accessDenied(
  { principal, action, resource }: Pick<AccessRequest, "principal" | "action" | "resource">,
  decision: Exclude<Decision, { kind: "allowed" }>,
  code: string,
): AwsError {
  const user = callerOf(principal);
  const kind = principal.kind === "role" ? "identity-based" : "resource-based";
  const reason =
    decision.kind === "explicitly denied"
      ? `with an explicit deny in ${decision.by === "identity" ? "an identity" : "a resource"}-based policy`
      : `because no ${kind} policy allows the ${action} action`;
  return new AwsError(
    code,
    403,
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}

function callerOf(principal: Principal): string {
  if (principal.kind === "role") return sessionArn(principal.arn);
  return principal.kind === "service" ? principal.service : "anonymous";
}
