import { logGroup } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const logsExpire = resourceRule({
  name: "logs-expire",
  holds: "Every log group has a retention.",
  why: "CloudWatch keeps log lines for ever unless told otherwise.",
  elsewhere: [
    "Serverless-CloudWatchLogGroupRetentionPeriod",
    "HIPAA.Security-CloudWatchLogGroupRetentionPeriod",
    "NIST.800.53.R4-CloudWatchLogGroupRetentionPeriod",
    "NIST.800.53.R5-CloudWatchLogGroupRetentionPeriod",
    "PCI.DSS.321-CloudWatchLogGroupRetentionPeriod",
    "CKV_AWS_66",
  ],
  types: [logGroup],
  violations: (resource) =>
    resource.has("retentionInDays") && !resource.isKnownAs("retentionInDays", 0)
      ? []
      : ["Set retentionInDays."],
});
