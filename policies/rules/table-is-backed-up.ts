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
  return stack
    .ofType(backupSelection)
    .filter((selection) => selection.has("planId"))
    .some((selection) => names(stack, selection, candidate) || isTagged(selection, candidate));
}

function names(stack: Stack, selection: Resource, candidate: Resource): boolean {
  const named = stack.targets(selection, "resources", table);
  if (!selection.isKnown("resources") && named.length === 0) return true;
  return selection.has("resources") && named.includes(candidate);
}

function isTagged(selection: Resource, candidate: Resource): boolean {
  return selection
    .items("selectionTags")
    .some((tag) => candidate.is(`tags.${selection.text(`${tag}.key`)}`, selection.text(`${tag}.value`)));
}
