import { table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const tableRefusesDeletion = resourceRule({
  name: "table-refuses-deletion",
  holds: "Every table has deletion protection, or Pulumi's protect.",
  why: "A renamed key or resource is a replacement, and a replacement deletes the rows.",
  elsewhere: [],
  types: [table],
  violations: (resource) =>
    resource.is("deletionProtectionEnabled", true) || resource.protect
      ? []
      : ["Set deletionProtectionEnabled: true."],
});
