import { table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const tableExpiresRows = resourceRule({
  name: "table-expires-rows",
  holds: "Every table has a time-to-live attribute that is switched on.",
  why: "Presence, mailboxes, proofs and locks are temporary. Kept, they cost and tell about people.",
  elsewhere: [],
  types: [table],
  violations: (resource) =>
    resource.has("ttl.attributeName") && resource.is("ttl.enabled", true)
      ? []
      : ["Set ttl with an attributeName and enabled: true; exempt a table whose rows are meant to last."],
});
