import { alarm } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const alarmHasAnAction = resourceRule({
  name: "alarm-has-an-action",
  holds: "Every alarm has an action for when it rises or has no data, and actions are not switched off.",
  why: "An alarm without one changes its colour on a page that nobody looks at.",
  elsewhere: [
    "HIPAA.Security-CloudWatchAlarmAction",
    "NIST.800.53.R4-CloudWatchAlarmAction",
    "NIST.800.53.R5-CloudWatchAlarmAction",
    "CKV_AWS_319",
  ],
  types: [alarm],
  violations: (resource) => {
    if (resource.isKnownAs("actionsEnabled", false)) return ["Leave actionsEnabled out, or set it to true."];
    return ["alarmActions", "insufficientDataActions"].some((kind) => resource.has(kind))
      ? []
      : ["Set alarmActions."];
  },
});
