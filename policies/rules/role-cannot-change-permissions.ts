import { allowed, grantingTypes } from "../role-policies.ts";
import { resourceRule } from "../rule.ts";

/** Actions by which a role can give itself, or someone, more than it has. */
const escalating =
  /^(iam:(Create|Put|Attach|Update|Add|Delete|Detach|SetDefault|PassRole|Upload)|sts:(GetFederationToken|GetSessionToken)|lambda:(UpdateFunction(Code|Configuration)|AddPermission|CreateFunction)|kms:(PutKeyPolicy|CreateGrant)|organizations:)/i;

export const roleCannotChangePermissions = resourceRule({
  name: "role-cannot-change-permissions",
  holds:
    "No role of the program may write IAM, make credentials, pass roles, or change functions and their permissions.",
  why: "Code that can do so owns the account as soon as it has one injection. Deployment has a role of its own.",
  elsewhere: ["CKV_AWS_109", "CKV_AWS_110", "CKV_AWS_286", "CKV_AWS_289"],
  types: grantingTypes,
  violations: (resource) =>
    allowed(resource)
      .flatMap(({ actions }) => actions)
      .filter((action) => escalating.test(action))
      .map((action) => `Take ${action} away.`),
});
