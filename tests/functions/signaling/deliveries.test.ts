import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "@jest/globals";
import { sqsDeliveryQueue, sqsDeliveryReceipts } from "../../../functions/signaling/deliveries.ts";
import { straight } from "../straight.ts";

function recordingClient() {
  const inputs: unknown[] = [];
  const client = { send: async (command: { input: unknown }) => void inputs.push(command.input) };
  return { client: client as unknown as SQSClient, inputs };
}

const queueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries.fifo";
const message = {
  v: 1,
  tenant: "acme",
  channel: "lobby",
  recipient: "a".repeat(256),
  frame: "{}",
  frameId: "DBAEJYvZvHcCJ3w=",
  action: "SDP_OFFER",
  acceptedAt: 1,
  expiresAt: 2,
} as const;

test("queues a frame in its recipient's group, once a frame id", async () => {
  const { client, inputs } = recordingClient();
  const queue = sqsDeliveryQueue(client, queueUrl, straight);
  await queue.send(message);
  await queue.send({ ...message, frameId: "other", frame: "{ }" });
  await queue.send({ ...message, tenant: "globex" });
  const [first, second, third] = inputs as Record<string, string>[];
  expect(first).toMatchObject({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) });
  expect(first?.MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
  expect(first?.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
  expect(second?.MessageGroupId).toBe(first?.MessageGroupId);
  expect(second?.MessageDeduplicationId).not.toBe(first?.MessageDeduplicationId);
  expect(third?.MessageGroupId).not.toBe(first?.MessageGroupId);
});

test("postpones a message by its receipt", async () => {
  const { client, inputs } = recordingClient();
  await sqsDeliveryReceipts(client, queueUrl, straight).postpone("receipt", 16);
  expect(inputs).toEqual([{ QueueUrl: queueUrl, ReceiptHandle: "receipt", VisibilityTimeout: 16 }]);
});
