import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html; 0 is for ever. */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w./#-]{1,512}$/, "expected a log group name"))),
  retentionInDays: v.optional(
    v.picklist(retentions, "expected a number of days that CloudWatch Logs offers"),
    0,
  ),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

/** `aws:cloudwatch/logGroup:LogGroup`. */
export function cloudwatchLogGroup({ logs }: Pick<Services, "logs">): ResourceHandler {
  const put = (group: v.InferOutput<typeof inputs>, logicalName: string) => {
    const name = group.name ?? logicalName;
    logs.putLogGroup(name, group.retentionInDays);
    return {
      id: name,
      outputs: {
        ...group,
        name,
        arn: localArn("logs", `log-group:${name}`),
        deletionProtectionEnabled: false,
        logGroupClass: "STANDARD",
        region: account.region,
        skipDestroy: false,
        tagsAll: group.tags,
      },
    };
  };
  return resourceHandler({
    type: "aws:cloudwatch/logGroup:LogGroup",
    inputs,
    create: put,
    replacedBy: ["name"],
    read: ({ id }) => {
      const group = logs.groups().find(({ name }) => name === id);
      return group && { retentionInDays: group.retentionInDays };
    },
    update: ({ id }, group) => put(group, id),
    delete: ({ id }) => logs.deleteLogGroup(id),
  });
}
