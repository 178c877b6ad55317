import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({ resourceArn: v.string(), policy: v.string() });

/** `aws:dynamodb/resourcePolicy:ResourcePolicy`, of a table. The table has one; the program's last word on it holds. */
export function dynamodbResourcePolicy({ tables }: Pick<Services, "tables">): ResourceHandler {
  const put = ({ resourceArn, policy }: v.InferOutput<typeof inputs>) => {
    tables.putResourcePolicy(resourceArn, policy);
    return { id: resourceArn, outputs: { resourceArn, policy, revisionId: "1" } };
  };
  return resourceHandler({
    type: "aws:dynamodb/resourcePolicy:ResourcePolicy",
    inputs,
    replacedBy: ["resourceArn"],
    create: put,
    read: ({ id }) => {
      const policy = tables.resourcePolicy(id);
      return policy === undefined ? undefined : { policy };
    },
    update: (_, given) => put(given),
    delete: ({ id }) => tables.deleteResourcePolicy(id),
  });
}
