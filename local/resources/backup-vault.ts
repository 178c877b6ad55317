import * as v from "valibot";
import { localArn } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{2,50}$/, "expected a vault name"))),
});

/** `aws:backup/vault:Vault`. It is kept, and holds nothing: there are no backups here. */
export function backupVault(): ResourceHandler {
  return keptResource({
    type: "aws:backup/vault:Vault",
    inputs,
    replacedBy: ["name"],
    described: ({ name: given }, logicalName) => {
      const name = given ?? logicalName;
      return {
        id: name,
        outputs: { name, arn: localArn("backup", `backup-vault:${name}`), recoveryPoints: 0 },
      };
    },
  });
}
