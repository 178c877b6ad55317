import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingSelectionForCreate.html */
const inputs = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^\w{1,50}$/, "expected letters, digits and underscores")),
  restoreTestingPlanName: v.string(),
  protectedResourceType: v.literal("DynamoDB", "only tables are kept here"),
  protectedResourceArns: v.array(v.pipe(v.string(), v.startsWith("arn:"))),
  iamRoleArn: v.pipe(v.string(), v.startsWith("arn:")),
});

/** `aws:backup/restoreTestingSelection:RestoreTestingSelection`. It is kept only. */
export function backupRestoreTestingSelection(): ResourceHandler {
  return keptResource({
    type: "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    inputs,
    replacedBy: ["name", "restoreTestingPlanName", "protectedResourceType"],
    described: ({ name, restoreTestingPlanName }) => ({
      id: `${restoreTestingPlanName}:${name}`,
      outputs: {},
    }),
  });
}
