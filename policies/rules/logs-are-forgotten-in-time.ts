import { logGroup } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const logsAreForgottenInTime = resourceRule({
  name: "logs-are-forgotten-in-time",
  holds: "No log group keeps its lines for more than 90 days.",
  why: "Who called whom, when and from where is personal data: what is not needed any more must go.",
  elsewhere: [],
  types: [logGroup],
  violations: (resource, { maximumLogRetentionDays }) =>
    resource.number("retentionInDays", 0) > maximumLogRetentionDays
      ? [`Set retentionInDays to ${maximumLogRetentionDays} or less.`]
      : [],
});
