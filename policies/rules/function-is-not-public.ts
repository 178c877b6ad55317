import { permission } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionIsNotPublic = resourceRule({
  name: "function-is-not-public",
  holds: "No permission lets everyone invoke a function.",
  why: "Anyone with an AWS account could call it, past every throttle and authorizer.",
  elsewhere: [
    "HIPAA.Security-LambdaFunctionPublicAccessProhibited",
    "NIST.800.53.R4-LambdaFunctionPublicAccessProhibited",
    "NIST.800.53.R5-LambdaFunctionPublicAccessProhibited",
    "PCI.DSS.321-LambdaFunctionPublicAccessProhibited",
    "CKV_AWS_301",
  ],
  types: [permission],
  violations: (resource) =>
    resource.isKnownAs("principal", "*") && !resource.has("principalOrgId")
      ? ["Name the principal instead of *."]
      : [],
});
