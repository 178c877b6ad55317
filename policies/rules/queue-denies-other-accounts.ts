import { queue, queuePolicy } from "../aws.ts";
import { deniesOtherAccounts, unlessPolicy } from "../resource-policy.ts";
import { stackRule } from "../rule.ts";

export const queueDeniesOtherAccounts = stackRule({
  name: "queue-denies-other-accounts",
  holds: "Every queue has a policy that denies principals of other accounts or organisations.",
  why: "A later Allow, added in haste, then still opens the queue to nobody outside.",
  elsewhere: ["CKV_AWS_168"],
  violationsOf: (stack) =>
    unlessPolicy(
      stack,
      { type: queue, policyType: queuePolicy, property: "queueUrl" },
      deniesOtherAccounts,
      "Deny sqs:* where aws:PrincipalAccount is not your account.",
    ),
});
