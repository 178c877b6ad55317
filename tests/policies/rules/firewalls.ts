import * as aws from "../../../policies/aws.ts";
import { ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const rule = (inputs: object) => ({ name: "r", ...inputs });

const badInputs = {
  statement: {
    managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
  },
};

ruleTest("firewall-has-rules", {
  breaks: {
    "no rules, and a rule that does nothing": [
      [
        [aws.firewall, "a"],
        [aws.firewall, "b", { rules: [rule({})] }],
      ],
      ["a: Add rules.", "b: Set action or overrideAction of rule r."],
    ],
  },
  keeps: { "a rule that blocks": [[aws.firewall, "a", { rules: [rule({ action: { block: {} } })] }]] },
});

ruleTest("firewall-knows-bad-inputs", {
  breaks: {
    "rules of another kind": [
      [[aws.firewall, "a", { rules: [rule({ statement: { rateBasedStatement: { limit: 500 } } })] }]],
      ["a: Add the managed rule group AWSManagedRulesKnownBadInputsRuleSet."],
    ],
  },
  keeps: { "AWS's group": [[aws.firewall, "a", { rules: [rule(badInputs)] }]] },
});

ruleTest("firewall-writes-logs", {
  breaks: { "no logs": [[[aws.firewall, "a"]], ["a: Add a WebAclLoggingConfiguration."]] },
  keeps: {
    logs: [
      [aws.firewall, "a"],
      [aws.firewallLogging, "logging", { resourceArn: ref("a") }],
    ],
  },
});
