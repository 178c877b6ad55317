import { topic, topicPolicy } from "../aws.ts";
import { deniesPlainHttp, unlessPolicy } from "../resource-policy.ts";
import { stackRule } from "../rule.ts";

export const topicRequiresTls = stackRule({
  name: "topic-requires-tls",
  holds: "Every topic has a policy that denies publishing without TLS.",
  why: "SNS still answers plain HTTP; a message sent that way can be read on its way.",
  elsewhere: ["AwsSolutions-SNS3"],
  violationsOf: (stack) =>
    unlessPolicy(
      stack,
      { type: topic, policyType: topicPolicy, property: "arn" },
      deniesPlainHttp,
      "Deny sns:Publish where aws:SecureTransport is false.",
    ),
});
