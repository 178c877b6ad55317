import { attachment, role, rolePolicy } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const rolePoliciesHaveOneOwner = stackRule({
  name: "role-policies-have-one-owner",
  holds: "A role that lists its policies in its own inputs has none beside them.",
  why: "Each update of the role then removes the policies beside it, and the next one brings them back.",
  elsewhere: ["iam-role-no-policy-management-conflicts"],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(role)
        .filter(
          (resource) =>
            (resource.has("managedPolicyArns") && stack.referrers(resource, attachment, "role").length > 0) ||
            (resource.has("inlinePolicies") && stack.referrers(resource, rolePolicy, "role").length > 0),
        ),
      "Remove managedPolicyArns and inlinePolicies from the role.",
    ),
});
