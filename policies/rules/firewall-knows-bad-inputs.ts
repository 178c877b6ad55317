import { firewall } from "../aws.ts";
import { resourceRule } from "../rule.ts";
import { isPartlyUnknown, textsBelow } from "../value.ts";

export const firewallKnowsBadInputs = resourceRule({
  name: "firewall-knows-bad-inputs",
  holds: "Every web ACL has AWS's rule group of known bad inputs.",
  why: "It holds the signatures of Log4j and its like, which AWS keeps current.",
  elsewhere: ["CKV_AWS_192", "CKV2_AWS_77"],
  types: [firewall],
  violations: (resource) =>
    // A web ACL without rules is what firewall-has-rules reports.
    !resource.has("rules") ||
    isPartlyUnknown(resource.inputs.rules) ||
    textsBelow(resource.inputs.rules).includes("AWSManagedRulesKnownBadInputsRuleSet")
      ? []
      : ["Add the managed rule group AWSManagedRulesKnownBadInputsRuleSet."],
});
