import type { Rule } from "../rule.ts";

/** CloudWatch keeps log lines for ever unless told otherwise. */
export const logsExpire: Rule = {
  name: "logs-expire",
  description: "Every log group has a retention.",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  violations: ({ props }) =>
    "retentionInDays" in props && props.retentionInDays !== 0 ? [] : ["Set retentionInDays."],
};
