import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({ queueUrl: v.string(), policy: v.string() });

/** `aws:sqs/queuePolicy:QueuePolicy`. The queue has one; the program's last word on it holds. */
export function sqsQueuePolicy({ queues }: Pick<Services, "queues">): ResourceHandler {
  const put = async ({ queueUrl, policy }: v.InferOutput<typeof inputs>) => {
    await queues.putQueuePolicy(queueUrl, policy);
    return { id: queueUrl, outputs: { queueUrl, policy } };
  };
  return resourceHandler({
    type: "aws:sqs/queuePolicy:QueuePolicy",
    inputs,
    replacedBy: ["queueUrl"],
    create: put,
    read: async ({ id }) => {
      const policy = (await queues.attributes(id))?.Policy;
      return policy === undefined ? undefined : { policy };
    },
    update: (_, given) => put(given),
    delete: ({ id }) => queues.deleteQueuePolicy(id),
  });
}
