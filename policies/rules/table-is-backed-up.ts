import { backupSelection, table } from "../aws.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";

export const tableIsBackedUp = stackRule({
  name: "table-is-backed-up",
  holds: "A backup plan selects every table, by its ARN or by a tag.",
  why: "Point-in-time recovery ends 35 days back and with the table; backups outlive both.",
  elsewhere: [
    "HIPAA.Security-DynamoDBInBackupPlan",
    "NIST.800.53.R4-DynamoDBInBackupPlan",
    "NIST.800.53.R5-DynamoDBInBackupPlan",
  ],
  violationsOf: (stack) =>
    eachOf(
      stack.ofType(table).filter((candidate) => !isSelected(stack, candidate)),
      "Add the table's ARN, or a tag that it has, to a backup selection of a plan.",
    ),
});

function isSelected(stack: Stack, candidate: Resource): boolean {
  const selections = stack.ofType(backupSelection).filter((selection) => selection.has("planId"));
  return (
    selections.some(
      (selection) =>
        selection.has("resources") && stack.targets(selection, "resources", table).includes(candidate),
    ) ||
    selections.some((selection) =>
      selection
        .list("selectionTags")
        .some((_, index) =>
          candidate.is(
            `tags.${selection.text(`selectionTags.${index}.key`)}`,
            selection.text(`selectionTags.${index}.value`),
          ),
        ),
    )
  );
}
