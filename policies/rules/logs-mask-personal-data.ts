import { dataProtection, logGroup } from "../aws.ts";
import { parsedObject } from "../parsed-object.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";

export const logsMaskPersonalData = stackRule({
  name: "logs-mask-personal-data",
  holds: "Every log group has a data protection policy that masks.",
  why: "A dependency or a crash may print what our own log lines cannot hold: addresses, mail, card numbers.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(logGroup)
        .filter((group) => !stack.referrers(group, dataProtection, "logGroupName").some(masks)),
      "Add a LogDataProtectionPolicy with an Audit and a Deidentify statement.",
    ),
});

function masks(policy: Resource): boolean {
  if (!policy.isKnown("policyDocument")) return true;
  const document = parsedObject(policy, "policyDocument");
  return document?.items("Statement").some((item) => document.has(`${item}.Operation.Deidentify`)) ?? false;
}
