import { expect, test } from "@jest/globals";
import type { SQSClient } from "../../../functions/shared/aws/sqs.ts";
import { sqsReceipts } from "../../../functions/shared/receipts.ts";
import { straight } from "../straight.ts";

test("a message is postponed by its receipt", async () => {
  const inputs: unknown[] = [];
  const client = { send: async ({ input }: { input: unknown }) => void inputs.push(input) };
  const queueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries.fifo";
  await sqsReceipts(client as unknown as SQSClient, queueUrl, straight).postpone("receipt", 4);
  expect(inputs).toEqual([{ QueueUrl: queueUrl, ReceiptHandle: "receipt", VisibilityTimeout: 4 }]);
});
