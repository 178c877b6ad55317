import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

const arn = v.pipe(v.string(), v.startsWith("arn:"));

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,50}$/, "expected a selection name"))),
  planId: v.string(),
  iamRoleArn: arn,
  resources: v.array(arn),
});

/** `aws:backup/selection:Selection`. It is kept only. */
export function backupSelection(): ResourceHandler {
  return keptResource({
    type: "aws:backup/selection:Selection",
    inputs,
    replacedBy: ["name", "planId", "iamRoleArn", "resources"],
    described: ({ name = "", planId }, logicalName) => ({
      id: `${planId}/${name || logicalName}`,
      outputs: { name: name || logicalName },
    }),
  });
}
