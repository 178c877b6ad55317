import { role, rolePolicy } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const roleHasNoInlinePolicy = resourceRule({
  name: "role-has-no-inline-policy",
  holds: "No role has an inline policy.",
  why: "A managed policy is reused and versioned.",
  elsewhere: [
    "HIPAA.Security-IAMNoInlinePolicy",
    "NIST.800.53.R4-IAMNoInlinePolicy",
    "NIST.800.53.R5-IAMNoInlinePolicy",
    "PCI.DSS.321-IAMNoInlinePolicy",
  ],
  off: "A policy that is reused grants what one of its users does not need. Each function has a role, and each grant is part of that role.",
  types: [rolePolicy, role],
  violations: (resource) =>
    resource.type === rolePolicy || resource.has("inlinePolicies.0")
      ? ["Make a managed policy, and attach it."]
      : [],
});
