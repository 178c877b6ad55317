import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const lock = (minRetentionDays: number): readonly Declared[] => [
  [aws.backupVault, "vault"],
  [aws.vaultLock, "lock", { backupVaultName: ref("vault", "name"), minRetentionDays }],
];

const addLock = "vault: Add a VaultLockConfiguration with minRetentionDays of 7 or more.";

const testing: readonly Declared[] = [
  [aws.backupPlan, "plan"],
  [aws.restoreTestingPlan, "monthly"],
];

const test = "plan: Add a RestoreTestingPlan and a RestoreTestingSelection.";

ruleTest("backup-is-kept-long-enough", {
  breaks: {
    "six days, and for ever": [
      [[aws.backupPlan, "plan", { rules: [{ lifecycle: { deleteAfter: 6 } }, { ruleName: "b" }] }]],
      [
        "plan: Set rules.0.lifecycle.deleteAfter to 7 or more.",
        "plan: Set rules.1.lifecycle.deleteAfter to 7 or more.",
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

ruleTest("vault-is-locked", {
  breaks: {
    "an open vault": [[[aws.backupVault, "vault"]], [addLock]],
    "a lock of a day": [lock(1), [addLock]],
  },
  keeps: { "a lock of a week": lock(7) },
});

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
