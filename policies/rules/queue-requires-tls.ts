import { queue, queuePolicy } from "../aws.ts";
import { deniesPlainHttp, unlessPolicy } from "../resource-policy.ts";
import { stackRule } from "../rule.ts";

export const queueRequiresTls = stackRule({
  name: "queue-requires-tls",
  holds: "Every queue has a policy that denies calls without TLS.",
  why: "SQS still answers plain HTTP; a message sent that way can be read on its way.",
  elsewhere: ["AwsSolutions-SQS4"],
  violationsOf: (stack) =>
    unlessPolicy(
      stack,
      { type: queue, policyType: queuePolicy, property: "queueUrl" },
      deniesPlainHttp,
      "Deny sqs:* where aws:SecureTransport is false.",
    ),
});
