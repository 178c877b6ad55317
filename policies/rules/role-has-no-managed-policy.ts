import { attachment, role } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const roleHasNoManagedPolicy = resourceRule({
  name: "role-has-no-managed-policy",
  holds: "No role has a policy that AWS manages.",
  why: "AWSLambdaBasicExecutionRole alone allows every log group of the account, and AWS may widen it.",
  elsewhere: ["AwsSolutions-IAM4", "CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_56"],
  types: [attachment, role],
  violations: (resource) =>
    [...resource.texts("policyArn"), ...resource.texts("managedPolicyArns")]
      .filter((arn) => /^arn:aws[\w-]*:iam::aws:policy\//.test(arn))
      .map((arn) => `Write what is needed of ${arn} into a policy of the role.`),
});
