import { accessDenied } from "../../iam/access-denied.ts";
import { evaluate } from "../../iam/evaluate.ts";
import type { Principal } from "../../iam/iam.ts";
import { parsePolicy } from "../../iam/policy-document.ts";
import type { Refusal } from "./gateway-responses.ts";

const principal: Principal = { kind: "anonymous" };
const action = "execute-api:Invoke";

/**
 * What an API's resource policy says of a call of `resource` from an address, where the method has no authorizer: an
 * explicit allow is needed, and a deny wins
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html).
 * Without a policy everything is allowed.
 */
export function resourcePolicy(
  json: string | undefined,
): (resource: string, sourceIp: string) => Refusal | undefined {
  if (json === undefined) return () => undefined;
  const resourcePolicies = [parsePolicy(json, "api")];
  return (resource, sourceIp) => {
    const context = new Map([["aws:sourceip", [sourceIp]]]);
    const decision = evaluate({
      principal,
      action,
      resource,
      context,
      identityPolicies: [],
      resourcePolicies,
    });
    if (decision.kind === "allowed") return undefined;
    const { message } = accessDenied({ principal, action, resource }, decision, "AccessDenied");
    return { responseType: "ACCESS_DENIED", message };
  };
}
