import { restApi, restApiPolicy } from "../aws.ts";
import { admitting, resourcePolicyTypes } from "../guarded-by-policy.ts";
import { resourceRule } from "../rule.ts";
import { isBoundBy } from "../statement.ts";

export const resourcePolicyNamesItsPrincipals = resourceRule({
  name: "resource-policy-names-its-principals",
  holds:
    "No policy of a queue, topic, table, secret, key or bus admits everyone without a condition on who or from where.",
  why: "Public by accident is how most data was ever lost.",
  elsewhere: ["CKV_AWS_387", "CKV_AWS_169", "CKV_AWS_385", "CKV_AWS_33", "AwsSolutions-EVB1"],
  // A REST API is meant to be called by everyone: its methods authorize.
  types: resourcePolicyTypes.filter((type) => type !== restApi && type !== restApiPolicy),
  violations: (resource) =>
    admitting(resource)
      .filter(
        (statement) =>
          statement.principals.some(({ id }) => id === "*") &&
          !isBoundBy(
            statement,
            "aws:PrincipalAccount",
            "aws:PrincipalOrgID",
            "aws:PrincipalArn",
            "aws:SourceArn",
            "aws:SourceAccount",
            "aws:SourceOwner",
            "aws:SourceVpce",
            "kms:CallerAccount",
          ),
      )
      .map(() => "Name the principals instead of *, or add a condition on their account."),
});
