import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

ruleTest("logs-expire", {
  breaks: {
    "no retention, and that of zero, which is for ever": [
      [
        [aws.logGroup, "a"],
        [aws.logGroup, "b", { retentionInDays: 0 }],
      ],
      ["a: Set retentionInDays.", "b: Set retentionInDays."],
    ],
  },
  keeps: { "a day": [[aws.logGroup, "a", { retentionInDays: 1 }]] },
});

ruleTest("logs-are-forgotten-in-time", {
  breaks: {
    "a year": [[[aws.logGroup, "a", { retentionInDays: 365 }]], ["a: Set retentionInDays to 90 or less."]],
  },
  keeps: { "ninety days": [[aws.logGroup, "a", { retentionInDays: 90 }]] },
});

ruleTest("logs-are-kept-a-year", {
  breaks: { "ninety days": [[[aws.logGroup, "a", { retentionInDays: 90 }]], ["a: Set retentionInDays to 365 or more."]] },
  keeps: { "a year": [[aws.logGroup, "a", { retentionInDays: 365 }]] },
});

const protection = (operation: object): readonly Declared[] => [
  [aws.logGroup, "a"],
  [
    aws.dataProtection,
    "policy",
    { logGroupName: ref("a", "name"), policyDocument: json({ Statement: [{ Operation: operation }] }) },
  ],
];

ruleTest("logs-mask-personal-data", {
  breaks: {
    "no policy": [
      [[aws.logGroup, "a"]],
      ["a: Add a LogDataProtectionPolicy with an Audit and a Deidentify statement."],
    ],
    "a policy that only counts": [
      protection({ Audit: {} }),
      ["a: Add a LogDataProtectionPolicy with an Audit and a Deidentify statement."],
    ],
  },
  keeps: { "a policy that masks": protection({ Deidentify: { MaskConfig: {} } }) },
});

ruleTest("alarm-has-an-action", {
  breaks: {
    "none, an empty list, and actions that are off": [
      [
        [aws.alarm, "a"],
        [aws.alarm, "b", { alarmActions: [] }],
        [aws.alarm, "c", { alarmActions: ["arn:aws:sns:x"], actionsEnabled: false }],
      ],
      ["a: Set alarmActions.", "b: Set alarmActions.", "c: Leave actionsEnabled out, or set it to true."],
    ],
  },
  keeps: {
    "a topic of the same update": [
      [aws.topic, "night"],
      [aws.alarm, "a", { alarmActions: [ref("night")] }],
    ],
  },
});

ruleTest("backup-is-kept-long-enough", {
  breaks: {
    "six days, and for ever": [
      [[aws.backupPlan, "plan", { rules: [{ lifecycle: { deleteAfter: 6 } }, { ruleName: "b" }] }]],
      [
        "plan: Set rules[0].lifecycle.deleteAfter to 7 or more.",
        "plan: Set rules[1].lifecycle.deleteAfter to 7 or more.",
      ],
    ],
  },
  keeps: { "seven days": [[aws.backupPlan, "plan", { rules: [{ lifecycle: { deleteAfter: 7 } }] }]] },
});

ruleTest("backup-is-copied-away", {
  breaks: {
    "backups in one place": [
      [[aws.backupPlan, "plan", { rules: [{ ruleName: "a" }] }]],
      ["plan: Add copyActions with the ARN of a vault elsewhere."],
    ],
  },
  keeps: {
    "a copy": [
      [aws.backupVault, "far"],
      [aws.backupPlan, "plan", { rules: [{ copyActions: [{ destinationVaultArn: ref("far") }] }] }],
    ],
  },
});

const lock = (minRetentionDays: number): readonly Declared[] => [
  [aws.backupVault, "vault"],
  [aws.vaultLock, "lock", { backupVaultName: ref("vault", "name"), minRetentionDays }],
];
const addLock = "vault: Add a VaultLockConfiguration with minRetentionDays of 7 or more.";

ruleTest("vault-is-locked", {
  breaks: {
    "an open vault": [[[aws.backupVault, "vault"]], [addLock]],
    "a lock of a day": [lock(1), [addLock]],
  },
  keeps: { "a lock of a week": lock(7) },
});

const testing: readonly Declared[] = [
  [aws.backupPlan, "plan"],
  [aws.restoreTestingPlan, "monthly"],
];
const test = "plan: Add a RestoreTestingPlan and a RestoreTestingSelection.";

ruleTest("restore-is-tested", {
  breaks: {
    "backups that were never restored": [[[aws.backupPlan, "plan"]], [test]],
    "a test of nothing": [testing, [test]],
  },
  keeps: {
    "a test of something": [
      ...testing,
      [aws.restoreTestingSelection, "tables", { restoreTestingPlanName: ref("monthly", "name") }],
    ],
  },
});

const rule = (inputs: object) => ({ name: "r", ...inputs });
const badInputs = {
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" } },
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

ruleTest("secret-rotates", {
  breaks: {
    "no rotation, and one each year": [
      [
        [aws.secret, "a"],
        [aws.secret, "b"],
        [aws.secretRotation, "yearly", { secretId: ref("b", "id"), rotationRules: { automaticallyAfterDays: 365 } }],
      ],
      ["a: Add a SecretRotation.", "b: Set automaticallyAfterDays between 1 and 90."],
    ],
  },
  keeps: {
    "a rotation each month, by days or by an expression": [
      [aws.secret, "a"],
      [aws.secret, "b"],
      [aws.secretRotation, "days", { secretId: ref("a", "id"), rotationRules: { automaticallyAfterDays: 30 } }],
      [
        aws.secretRotation,
        "expression",
        { secretId: ref("b", "id"), rotationRules: { scheduleExpression: "rate(30 days)" } },
      ],
    ],
  },
});

ruleTest("parameter-is-encrypted", {
  breaks: {
    "a key in clear": [
      [[aws.parameter, "p", { name: "/shop/api-key", type: "String" }]],
      ['p: Set type: "SecureString".'],
    ],
  },
  keeps: {
    "an encrypted key, and what is no secret": [
      [aws.parameter, "a", { name: "/shop/api-key", type: "SecureString" }],
      [aws.parameter, "b", { name: "/shop/colour", type: "String" }],
    ],
  },
});

ruleTest("key-rotates", {
  breaks: {
    "a key that stays, is off, and locks its owner out": [
      [[aws.kmsKey, "key", { isEnabled: false, bypassPolicyLockoutSafetyCheck: true }]],
      [
        "key: Set enableKeyRotation: true.",
        "key: Leave isEnabled out, or set it to true.",
        "key: Leave bypassPolicyLockoutSafetyCheck out.",
      ],
    ],
  },
  keeps: {
    "a key that rotates, and one that cannot": [
      [aws.kmsKey, "a", { enableKeyRotation: true }],
      [aws.kmsKey, "b", { customerMasterKeySpec: "RSA_2048" }],
    ],
  },
});

ruleTest("data-has-a-customer-key", {
  breaks: {
    "AWS's keys": [
      [
        [aws.table, "rows", { serverSideEncryption: { enabled: true } }],
        [aws.queue, "orders", { sqsManagedSseEnabled: true }],
        [aws.logGroup, "logs"],
      ],
      [
        "rows: Set serverSideEncryption.kmsKeyArn.",
        "orders: Set kmsMasterKeyId.",
        "logs: Set kmsKeyId.",
      ],
    ],
  },
  keeps: {
    "keys of the stack": [
      [aws.kmsKey, "key"],
      [aws.table, "rows", { serverSideEncryption: { enabled: true, kmsKeyArn: ref("key") } }],
    ],
  },
});
