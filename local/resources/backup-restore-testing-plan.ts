import * as v from "valibot";
import { localArn } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingPlanForCreate.html */
const inputs = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^\w{1,50}$/, "expected letters, digits and underscores")),
  scheduleExpression: v.pipe(v.string(), v.regex(/^cron\(.+\)$/, "expected cron(…)")),
  recoveryPointSelection: v.strictObject({
    algorithm: v.picklist(["LATEST_WITHIN_WINDOW", "RANDOM_WITHIN_WINDOW"]),
    includeVaults: v.array(v.string()),
    recoveryPointTypes: v.array(v.picklist(["SNAPSHOT", "CONTINUOUS"])),
  }),
});

/** `aws:backup/restoreTestingPlan:RestoreTestingPlan`. It is kept, and tests nothing. */
export function backupRestoreTestingPlan(): ResourceHandler {
  return keptResource({
    type: "aws:backup/restoreTestingPlan:RestoreTestingPlan",
    inputs,
    replacedBy: ["name"],
    described: ({ name }) => ({
      id: name,
      outputs: { arn: localArn("backup", `restore-testing-plan:${name}`) },
    }),
  });
}
