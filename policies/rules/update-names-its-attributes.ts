import { allowed, grantingTypes } from "../role-policies.ts";
import { resourceRule } from "../rule.ts";
import { isBoundBy } from "../statement.ts";

export const updateNamesItsAttributes = resourceRule({
  name: "update-names-its-attributes",
  holds: "Who may update rows in place may do so for named attributes, or named partition keys, only.",
  why: "The function that renews a lease must not be able to hand the row to someone else.",
  elsewhere: [],
  types: grantingTypes,
  violations: (resource) =>
    allowed(resource)
      .filter(
        (statement) =>
          statement.actions.includes("dynamodb:UpdateItem") &&
          !isBoundBy(statement, "dynamodb:Attributes", "dynamodb:LeadingKeys"),
      )
      .map(() => "Add a condition on dynamodb:Attributes or dynamodb:LeadingKeys."),
});
