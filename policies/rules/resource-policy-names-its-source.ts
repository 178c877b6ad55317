import { admitting, resourcePolicyTypes } from "../guarded-by-policy.ts";
import { resourceRule } from "../rule.ts";
import { isBoundBy } from "../statement.ts";

export const resourcePolicyNamesItsSource = resourceRule({
  name: "resource-policy-names-its-source",
  holds: "A resource's policy that admits an AWS service names the source's ARN, account or organisation.",
  why: "The service works for every customer: another one's topic could fill your queue (the confused deputy).",
  elsewhere: [],
  types: resourcePolicyTypes,
  violations: (resource) =>
    admitting(resource)
      .filter(
        (statement) =>
          !isBoundBy(statement, "aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "kms:ViaService"),
      )
      .flatMap(({ principals }) => principals)
      .filter(({ kind }) => kind === "Service")
      .map(({ id }) => `Add a condition on aws:SourceArn for ${id}.`),
});
