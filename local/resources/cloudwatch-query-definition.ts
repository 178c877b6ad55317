import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html */
const inputs = v.strictObject({
  name: v.pipe(
    v.string(),
    v.maxLength(255),
    v.regex(
      /^[^:*/]+(\/[^:*/]+)*$/,
      "expected a name without colon and asterisk, of folders between slashes",
    ),
  ),
  logGroupNames: v.optional(
    // Of the groups that one query searches: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[\w.\-/#]{1,512}$/, "expected a log group"))),
      v.maxLength(50),
    ),
  ),
  queryString: v.pipe(v.string(), v.minLength(1), v.maxLength(10_000)),
});

/** `aws:cloudwatch/queryDefinition:QueryDefinition`. It is kept, and nothing runs it: there is no Logs Insights here. */
export function cloudwatchQueryDefinition(): ResourceHandler {
  return keptResource({
    type: "aws:cloudwatch/queryDefinition:QueryDefinition",
    inputs,
    replacedBy: [],
    described: ({ name }, logicalName) => ({
      id: logicalName,
      outputs: {
        queryDefinitionId: logicalName,
        arn: localArn("logs", `query-definition:${logicalName}`),
        name,
        region: account.region,
      },
    }),
  });
}
