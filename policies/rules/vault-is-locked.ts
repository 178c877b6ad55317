import { backupVault, vaultLock } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const vaultIsLocked = stackRule({
  name: "vault-is-locked",
  holds: "Every backup vault has a lock with a minimum retention of 7 days or more.",
  why: "Who takes the account over deletes the backups first. A lock does not let them.",
  elsewhere: [],
  violationsOf: (stack, { minimumBackupRetentionDays }) =>
    stack.ofType(backupVault).flatMap((resource) => {
      const [lock] = stack.referrers(resource, vaultLock, "backupVaultName");
      return !lock || lock.number("minRetentionDays", 0) < minimumBackupRetentionDays
        ? [
            {
              resource,
              message: `Add a VaultLockConfiguration with minRetentionDays of ${minimumBackupRetentionDays} or more.`,
            },
          ]
        : [];
    }),
});
