import { member } from "../member.ts";
import type { Rule } from "../rule.ts";

/** Rows of signaling and proofs are temporary: a table that never expires them grows for ever. */
export const tableExpiresRows: Rule = {
  name: "table-expires-rows",
  description: "Every table has a time-to-live attribute that is switched on.",
  types: ["aws:dynamodb/table:Table"],
  violations: ({ props }) =>
    "ttl" in props && member(props.ttl, "enabled") !== false
      ? []
      : ["Set ttl with an attributeName and enabled: true."],
};
