import { backupPlan } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const backupIsKeptLongEnough = resourceRule({
  name: "backup-is-kept-long-enough",
  holds: "Every rule of a backup plan states a retention, of 7 days at least.",
  why: "Damage is often found a week later. Without a stated end, backups of people's data are kept for ever.",
  elsewhere: [],
  types: [backupPlan],
  violations: (resource, { minimumBackupRetentionDays }) =>
    resource
      .items("rules")
      .filter((rule) => resource.number(`${rule}.lifecycle.deleteAfter`, 0) < minimumBackupRetentionDays)
      .map((rule) => `Set ${rule}.lifecycle.deleteAfter to ${minimumBackupRetentionDays} or more.`),
});
