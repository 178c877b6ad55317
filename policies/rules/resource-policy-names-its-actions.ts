import { kmsKey } from "../aws.ts";
import { admitting, resourcePolicyTypes } from "../guarded-by-policy.ts";
import { resourceRule } from "../rule.ts";

export const resourcePolicyNamesItsActions = resourceRule({
  name: "resource-policy-names-its-actions",
  holds: "No Allow of a resource's policy has a wildcard in an action.",
  why: "A sender needs to send. With * it can also read, purge, and change the policy.",
  elsewhere: ["CKV_AWS_72"],
  // A key's policy must give kms:* to the account, or nobody can change it any more.
  types: resourcePolicyTypes.filter((type) => type !== kmsKey),
  violations: (resource) =>
    admitting(resource)
      .flatMap(({ actions, notActions }) => [...actions, ...notActions])
      .filter((action) => action.includes("*"))
      .map((action) => `Write the actions of ${action} out.`),
});
