import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { sha256 } from "../shared/digest.ts";
import type { Resilient } from "../shared/resilience.ts";
import { actions } from "./protocol.ts";

const epochMilliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A frame that waits for its recipient, as it travels in the queue. Times are epoch milliseconds. */
export const delivery = v.strictObject({
  v: v.literal(1),
  tenant: v.string(),
  channel: v.string(),
  /** The member's name in the channel. */
  recipient: v.string(),
  /** The text that the recipient will get. */
  frame: v.string(),
  frameId: v.string(),
  action: v.picklist(actions),
  correlationId: v.optional(v.string()),
  acceptedAt: epochMilliseconds,
  expiresAt: epochMilliseconds,
  /** The pair that it belongs to, when API Gateway received it, and its ICE username fragments. */
  negotiation: v.optional(
    v.strictObject({ pair: v.string(), sentAt: epochMilliseconds, ufrags: v.array(v.string()) }),
  ),
});

export type Delivery = v.InferOutput<typeof delivery>;

/** How long an undelivered frame is worth delivering, in milliseconds. */
export const deliveryLifetime = 60_000;

/** Where the relay leaves frames whose recipient cannot be reached at once. */
export interface DeliveryQueue {
  /** Durable when it resolves. Frames to one recipient keep their order; one `frameId` is queued once. */
  send(delivery: Delivery): Promise<void>;
}

/** What the worker does with a message that it could not deliver yet. */
export interface DeliveryReceipts {
  /** The message is received again after so many seconds. */
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

/**
 * The FIFO queue. A group id is at most 128 characters and a client id up to 256, hence the hash
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 */
export const sqsDeliveryQueue = (
  client: SQSClient,
  queueUrl: string,
  resilient: Resilient,
): DeliveryQueue => ({
  send: async (message) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      MessageGroupId: sha256(`${message.tenant}#${message.channel}#${message.recipient}`),
      MessageDeduplicationId: sha256(message.frameId),
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});

export const sqsDeliveryReceipts = (
  client: SQSClient,
  queueUrl: string,
  resilient: Resilient,
): DeliveryReceipts => ({
  postpone: async (receiptHandle, seconds) => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
