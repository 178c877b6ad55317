import { backupPlan } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const backupIsCopiedAway = resourceRule({
  name: "backup-is-copied-away",
  holds: "Every backup plan copies to a vault of another Region or account.",
  why: "A Region that is down, or an account that is lost, takes its own vaults with it.",
  elsewhere: [],
  types: [backupPlan],
  violations: (resource) =>
    !resource.isKnown("rules") ||
    resource.items("rules").some((rule) => resource.has(`${rule}.copyActions.0.destinationVaultArn`))
      ? []
      : ["Add copyActions with the ARN of a vault elsewhere."],
});
