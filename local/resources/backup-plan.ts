import { createHash } from "node:crypto";
import * as v from "valibot";
import { localArn } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

const lifecycle = v.strictObject({ deleteAfter: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(50))),
  rules: v.pipe(
    v.array(
      v.strictObject({
        ruleName: v.pipe(v.string(), v.regex(/^[\w.-]{1,50}$/, "expected a rule name")),
        targetVaultName: v.string(),
        schedule: v.pipe(v.string(), v.regex(/^cron\(.+\)$/, "expected cron(…)")),
        lifecycle,
        copyActions: v.optional(
          v.array(
            v.strictObject({
              destinationVaultArn: v.pipe(v.string(), v.startsWith("arn:aws:backup:")),
              lifecycle: v.optional(lifecycle),
            }),
          ),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

/** `aws:backup/plan:Plan`. It is kept, and backs nothing up. */
export function backupPlan(): ResourceHandler {
  return keptResource({
    type: "aws:backup/plan:Plan",
    inputs,
    replacedBy: ["name"],
    described: ({ name: given }, logicalName) => {
      const name = given ?? logicalName;
      const id = createHash("sha256").update(name).digest("hex").slice(0, 32);
      return { id, outputs: { name, arn: localArn("backup", `backup-plan:${id}`), version: "1" } };
    },
  });
}
