import * as v from "valibot";
import type { Services } from "../services.ts";
import { type CreatedResource, type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const type = "aws:sqs/queuePolicy:QueuePolicy";

const inputs = v.strictObject({ queueUrl: v.string(), policy: v.string() });

type Inputs = v.InferOutput<typeof inputs>;

/** `aws:sqs/queuePolicy:QueuePolicy`. The queue has one; the program's last word on it holds. */
export function sqsQueuePolicy({ queues }: Pick<Services, "queues">): ResourceHandler {
  const put = async ({ queueUrl, policy }: Inputs, name: string): Promise<CreatedResource> => {
    await queues.putQueuePolicy(queueUrl, policy).catch((cause: unknown) => {
      throw new Error(`${type} "${name}": ${cause instanceof Error ? cause.message : cause}`, { cause });
    });
    return { id: queueUrl, outputs: { queueUrl, policy } };
  };
  return resourceHandler({
    type,
    inputs,
    create: put,
    async update(existing, policy, name) {
      const updated = await put(policy, name);
      if (updated.id !== existing.id) await queues.deleteQueuePolicy(existing.id);
      return updated;
    },
    delete: ({ id }) => queues.deleteQueuePolicy(id),
  });
}
