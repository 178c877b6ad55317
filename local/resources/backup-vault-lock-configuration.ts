import * as v from "valibot";
import { localArn } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

const days = v.pipe(v.number(), v.integer(), v.minValue(1));

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
const inputs = v.strictObject({
  backupVaultName: v.string(),
  minRetentionDays: v.optional(days),
  maxRetentionDays: v.optional(days),
});

/** `aws:backup/vaultLockConfiguration:VaultLockConfiguration`, in governance mode. It is kept only. */
export function backupVaultLockConfiguration(): ResourceHandler {
  return keptResource({
    type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    inputs,
    replacedBy: ["backupVaultName", "minRetentionDays", "maxRetentionDays"],
    described: ({ backupVaultName }) => ({
      id: backupVaultName,
      outputs: { backupVaultArn: localArn("backup", `backup-vault:${backupVaultName}`) },
    }),
  });
}
