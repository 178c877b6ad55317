import { firewall } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const firewallHasRules = resourceRule({
  name: "firewall-has-rules",
  holds: "Every web ACL has rules, each with an action or an override.",
  why: "An empty one lets everything through and looks like protection.",
  elsewhere: ["CKV_AWS_175", "CKV_AWS_342"],
  types: [firewall],
  violations: (resource) => {
    if (!resource.has("rules")) return ["Add rules."];
    return resource
      .items("rules")
      .filter((rule) => !resource.has(`${rule}.action`) && !resource.has(`${rule}.overrideAction`))
      .map((rule) => `Set action or overrideAction of rule ${resource.text(`${rule}.name`)}.`);
  },
});
