import { backupPlan, restoreTestingPlan, restoreTestingSelection } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const restoreIsTested = stackRule({
  name: "restore-is-tested",
  holds: "A stack with a backup plan has a restore testing plan that selects something.",
  why: "A backup that was never restored is a hope.",
  elsewhere: [],
  violationsOf: (stack) => {
    const tested = stack
      .ofType(restoreTestingPlan)
      .some((plan) => stack.referrers(plan, restoreTestingSelection, "restoreTestingPlanName").length > 0);
    return tested
      ? []
      : eachOf(stack.ofType(backupPlan), "Add a RestoreTestingPlan and a RestoreTestingSelection.");
  },
});
