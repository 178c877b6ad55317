import { member } from "../member.ts";
import type { Rule } from "../rule.ts";

/** A table must survive a bad deployment. */
export const tableRecovers: Rule = {
  name: "table-recovers",
  description: "Every table has point-in-time recovery and deletion protection.",
  types: ["aws:dynamodb/table:Table"],
  violations: ({ props }) => [
    ...("pointInTimeRecovery" in props && member(props.pointInTimeRecovery, "enabled") !== false
      ? []
      : ["Set pointInTimeRecovery: { enabled: true }."]),
    ...("deletionProtectionEnabled" in props && props.deletionProtectionEnabled !== false
      ? []
      : ["Set deletionProtectionEnabled: true."]),
  ],
};
