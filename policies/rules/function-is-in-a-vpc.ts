import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionIsInAVpc = resourceRule({
  name: "function-is-in-a-vpc",
  holds: "Every function runs in a VPC.",
  why: "A VPC reaches private databases and gives a fixed way out.",
  elsewhere: [
    "HIPAA.Security-LambdaInsideVPC",
    "NIST.800.53.R4-LambdaInsideVPC",
    "NIST.800.53.R5-LambdaInsideVPC",
    "PCI.DSS.321-LambdaInsideVPC",
    "CKV_AWS_117",
  ],
  off: "Functions that call only AWS APIs and the internet gain no protection: IAM and TLS guard these calls. A VPC adds a NAT gateway to pay for and to fail.",
  types: [lambdaFunction],
  violations: (resource) => (resource.has("vpcConfig.subnetIds") ? [] : ["Set vpcConfig."]),
});
