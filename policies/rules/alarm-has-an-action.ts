import { alarm } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const alarmHasAnAction = resourceRule({
  name: "alarm-has-an-action",
  holds: "Every alarm has an action, and actions are not switched off.",
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
    // An action that is not yet known counts: the topic is made in the same update.
    const acts = ["alarmActions", "okActions", "insufficientDataActions"].some((kind) => {
      const actions = resource.inputs[kind];
      return Array.isArray(actions) ? actions.length > 0 : resource.has(kind);
    });
    return acts ? [] : ["Set alarmActions."];
  },
});
