import * as v from "valibot";
import type { Services } from "../services.ts";
import { type CreatedResource, type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const type = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";

const inputs = v.strictObject({ queueUrl: v.string(), redriveAllowPolicy: v.string() });

type Inputs = v.InferOutput<typeof inputs>;

/** `aws:sqs/redriveAllowPolicy:RedriveAllowPolicy`. The queue has one; the program's last word on it holds. */
export function sqsRedriveAllowPolicy({ queues }: Pick<Services, "queues">): ResourceHandler {
  const put = async ({ queueUrl, redriveAllowPolicy }: Inputs, name: string): Promise<CreatedResource> => {
    await queues.putRedriveAllowPolicy(queueUrl, redriveAllowPolicy).catch((cause: unknown) => {
      throw new Error(`${type} "${name}": ${cause instanceof Error ? cause.message : cause}`, { cause });
    });
    return { id: queueUrl, outputs: { queueUrl, redriveAllowPolicy } };
  };
  return resourceHandler({
    type,
    inputs,
    create: put,
    async update(existing, policy, name) {
      const updated = await put(policy, name);
      if (updated.id !== existing.id) await queues.deleteRedriveAllowPolicy(existing.id);
      return updated;
    },
    delete: ({ id }) => queues.deleteRedriveAllowPolicy(id),
  });
}
