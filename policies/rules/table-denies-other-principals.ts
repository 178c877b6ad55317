import { table, tablePolicy } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const tableDeniesOtherPrincipals = stackRule({
  name: "table-denies-other-principals",
  holds: "Every table has a resource policy that denies calls of principals which it does not name.",
  why: "Any role of the account with a broad policy could read the rows; a Deny at the table beats it.",
  elsewhere: [],
  violationsOf: (stack) =>
    stack.ofType(table).flatMap((resource) => {
      const policies = stack.referrers(resource, tablePolicy, "resourceArn");
      const denies = policies.some(
        (policy) =>
          !policy.isKnown("policy") ||
          policy
            .statements("policy")
            .some(
              ({ effect, conditions }) =>
                effect === "Deny" &&
                conditions.some(
                  ({ operator, key, values }) =>
                    key === "aws:principalarn" &&
                    /^(String|Arn)Not(Equals|Like)$/.test(operator) &&
                    !values.includes("*"),
                ),
            ),
      );
      return denies
        ? []
        : [{ resource, message: "Add a ResourcePolicy that denies every other aws:PrincipalArn." }];
    }),
});
