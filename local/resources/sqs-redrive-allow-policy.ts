import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({ queueUrl: v.string(), redriveAllowPolicy: v.string() });

/** `aws:sqs/redriveAllowPolicy:RedriveAllowPolicy`. The queue has one; the program's last word on it holds. */
export function sqsRedriveAllowPolicy({ queues }: Pick<Services, "queues">): ResourceHandler {
  const put = async ({ queueUrl, redriveAllowPolicy }: v.InferOutput<typeof inputs>) => {
    await queues.putRedriveAllowPolicy(queueUrl, redriveAllowPolicy);
    return { id: queueUrl, outputs: { queueUrl, redriveAllowPolicy } };
  };
  return resourceHandler({
    type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    inputs,
    replacedBy: ["queueUrl"],
    create: put,
    read: async ({ id }) => {
      const redriveAllowPolicy = (await queues.attributes(id))?.RedriveAllowPolicy;
      return redriveAllowPolicy === undefined ? undefined : { redriveAllowPolicy };
    },
    update: (_, given) => put(given),
    delete: ({ id }) => queues.deleteRedriveAllowPolicy(id),
  });
}
