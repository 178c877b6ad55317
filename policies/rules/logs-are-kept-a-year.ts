import { logGroup } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const logsAreKeptAYear = resourceRule({
  name: "logs-are-kept-a-year",
  holds: "Every log group keeps its lines for a year at least.",
  why: "Some audits ask for it.",
  elsewhere: ["CKV_AWS_338"],
  off: "Metadata of calls is personal: the wrong direction. logs-are-forgotten-in-time asks for the opposite.",
  types: [logGroup],
  violations: (resource) =>
    resource.number("retentionInDays", 0) < 365 ? ["Set retentionInDays to 365 or more."] : [],
});
