import * as v from "valibot";
import { AwsError } from "../aws-error.ts";

const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+$/),
    v.check((text) => Number(text) >= least && Number(text) <= most, `Must be between ${least} and ${most}.`),
  );
const flag = v.picklist(["true", "false"]);

/** The attributes a queue can be made with, and their ranges: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const queueAttributes = v.strictObject({
  VisibilityTimeout: v.optional(wholeNumber(0, 43_200), "30"),
  DelaySeconds: v.optional(wholeNumber(0, 900), "0"),
  MaximumMessageSize: v.optional(wholeNumber(1_024, 1_048_576), "1048576"),
  MessageRetentionPeriod: v.optional(wholeNumber(60, 1_209_600), "345600"),
  ReceiveMessageWaitTimeSeconds: v.optional(wholeNumber(0, 20), "0"),
  RedrivePolicy: v.exactOptional(v.string()),
  RedriveAllowPolicy: v.exactOptional(v.string()),
  Policy: v.exactOptional(v.string()),
  KmsMasterKeyId: v.exactOptional(v.string()),
  KmsDataKeyReusePeriodSeconds: v.exactOptional(v.string()),
  SqsManagedSseEnabled: v.exactOptional(flag),
  FifoQueue: v.exactOptional(v.literal("true")),
  ContentBasedDeduplication: v.exactOptional(flag),
  DeduplicationScope: v.exactOptional(v.picklist(["messageGroup", "queue"])),
  FifoThroughputLimit: v.exactOptional(v.picklist(["perQueue", "perMessageGroupId"])),
});

export type QueueAttributes = v.InferOutput<typeof queueAttributes>;

const fifoDefaults = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
} as const;

/** A queue's attributes with their defaults. Throws AwsError when the name and they do not make a queue. */
export function completeAttributes(
  name: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, "")) || name.length > 80) {
    throw refused(
      "QueueName",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
  const parsed = v.safeParse(queueAttributes, given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const attribute = v.getDotPath(issue) ?? "";
    if (!(attribute in queueAttributes.entries)) {
      throw new AwsError("InvalidAttributeName", 400, `Unknown Attribute ${attribute}.`);
    }
    throw refused(attribute, issue.message);
  }
  const attributes = parsed.output;
  if (name.endsWith(".fifo") !== (attributes.FifoQueue === "true")) {
    throw refused("FifoQueue", "A queue is FIFO exactly when its name ends with .fifo.");
  }
  if (attributes.FifoQueue !== "true") {
    for (const attribute of [
      "ContentBasedDeduplication",
      "DeduplicationScope",
      "FifoThroughputLimit",
    ] as const) {
      if (attributes[attribute] !== undefined) throw refused(attribute, "It is an attribute of FIFO queues.");
    }
    return attributes;
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
  if (
    attributes.FifoThroughputLimit === "perMessageGroupId" &&
    attributes.DeduplicationScope !== "messageGroup"
  ) {
    throw refused("FifoThroughputLimit", "perMessageGroupId needs DeduplicationScope messageGroup.");
  }
  return { ...fifoDefaults, ...attributes };
}

function refused(attribute: string, reason: string): AwsError {
  return new AwsError(
    "InvalidAttributeValue",
    400,
    `Invalid value for the parameter ${attribute}. Reason: ${reason}`,
  );
}
