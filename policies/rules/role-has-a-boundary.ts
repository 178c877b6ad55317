import { role } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const roleHasABoundary = resourceRule({
  name: "role-has-a-boundary",
  holds: "Every role has a permissions boundary.",
  why: "It caps what the pipeline can ever give to a role, so that a hurried grant cannot open the account.",
  elsewhere: [],
  types: [role],
  violations: (resource) => (resource.has("permissionsBoundary") ? [] : ["Set permissionsBoundary."]),
});
