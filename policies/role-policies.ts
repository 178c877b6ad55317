import { iamPolicy, role, rolePolicy } from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Statement } from "./statement.ts";

/** The types that hold what a role may do. */
export const grantingTypes: readonly string[] = [rolePolicy, iamPolicy, role];

/** The statements that allow something, of a policy or of a role's inline policies. */
export function allowed(resource: Resource): readonly Statement[] {
  const statements =
    resource.type === role
      ? resource.items("inlinePolicies").flatMap((item) => resource.statements(`${item}.policy`))
      : resource.statements("policy");
  return statements.filter(({ effect }) => effect === "Allow");
}
