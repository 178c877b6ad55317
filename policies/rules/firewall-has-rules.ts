import { firewall } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const firewallHasRules = resourceRule({
  name: "firewall-has-rules",
  holds: "Every web ACL has rules, each with an action or an override.",
  why: "An empty one lets everything through and looks like protection.",
  elsewhere: ["CKV_AWS_175", "CKV_AWS_342"],
  types: [firewall],
  violations: (resource) => {
    if (!resource.isKnown("rules")) return [];
    const rules = resource.list("rules");
    if (rules.length === 0) return ["Add rules."];
    return rules.flatMap((_, index) =>
      resource.has(`rules.${index}.action`) || resource.has(`rules.${index}.overrideAction`)
        ? []
        : [`Set action or overrideAction of rule ${resource.text(`rules.${index}.name`) || index}.`],
    );
  },
});
