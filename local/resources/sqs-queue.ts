import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

const inputs = v.strictObject({
  name: v.exactOptional(v.string()),
  fifoQueue: v.optional(v.boolean(), false),
  contentBasedDeduplication: v.exactOptional(v.boolean()),
  deduplicationScope: v.exactOptional(v.string()),
  fifoThroughputLimit: v.exactOptional(v.string()),
  delaySeconds: v.exactOptional(v.number()),
  maxMessageSize: v.exactOptional(v.number()),
  messageRetentionSeconds: v.exactOptional(v.number()),
  receiveWaitTimeSeconds: v.exactOptional(v.number()),
  visibilityTimeoutSeconds: v.exactOptional(v.number()),
  redrivePolicy: v.exactOptional(v.string()),
  sqsManagedSseEnabled: v.exactOptional(v.boolean()),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

type Inputs = v.InferOutput<typeof inputs>;

/** The provider's input → SQS's attribute: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const attributeNames = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  fifoThroughputLimit: "FifoThroughputLimit",
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
} as const satisfies Partial<Record<keyof Inputs, string>>;

/**
 * `aws:sqs/queue:Queue`. Its attributes change in place; a change of the name or of `fifoQueue` is an
 * error. `sqsManagedSseEnabled` and `tags` are recorded and have no local effect. Policies are resources
 * of their own.
 */
export function sqsQueue({ queues }: Pick<Services, "queues">): ResourceHandler {
  /** Those of the program, by name: a data folder may hold others, which are taken up. */
  const urls = new Map<string, string>();

  const put = async (queue: Inputs, logicalName: string): Promise<CreatedResource> => {
    const name = nameOf(queue, logicalName);
    const arn = localArn("sqs", name);
    const url = await queues.putQueue({ name, arn, attributes: attributesOf(queue) });
    urls.set(name, url);
    const outputs = { ...queue, name, arn, url, id: url, region: account.region, tagsAll: queue.tags };
    return { id: url, outputs };
  };

  return resourceHandler({
    type: "aws:sqs/queue:Queue",
    inputs,
    replacedBy: ["name", "fifoQueue"],
    async create(queue, logicalName) {
      const name = nameOf(queue, logicalName);
      const existing = urls.get(name);
      if (existing !== undefined && (await queues.attributes(existing)))
        throw new Error(`there already is a queue ${name}.`);
      return put(queue, logicalName);
    },
    async read({ id, outputs }) {
      const attributes = await queues.attributes(id);
      return attributes && liveOutputs(attributes, outputs);
    },
    update: (existing, queue) => put({ ...queue, name: textOutput(existing, "name") }, ""),
    delete: (existing) => queues.deleteQueue(textOutput(existing, "name")),
  });
}

function nameOf({ name, fifoQueue }: Inputs, logicalName: string): string {
  return name ?? (fifoQueue ? `${logicalName}.fifo` : logicalName);
}

function attributesOf(queue: Inputs): Record<string, string> {
  const attributes: Record<string, string> = queue.fifoQueue ? { FifoQueue: "true" } : {};
  for (const [input, attribute] of Object.entries(attributeNames)) {
    const value = queue[input as keyof typeof attributeNames];
    if (value !== undefined && value !== "") attributes[attribute] = String(value);
  }
  return attributes;
}

/** The attributes that were declared, as the queue has them now. */
function liveOutputs(attributes: Readonly<Record<string, string>>, declared: CreatedResource["outputs"]) {
  const live: Record<string, unknown> = {};
  for (const [output, attribute] of Object.entries(attributeNames)) {
    const text = attributes[attribute];
    if (declared[output] === undefined || text === undefined) continue;
    live[output] = typeof declared[output] === "string" ? text : JSON.parse(text);
  }
  return live;
}
