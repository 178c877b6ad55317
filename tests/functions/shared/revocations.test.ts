import { expect, test } from "@jest/globals";
import type { SQSClient } from "../../../functions/shared/aws/sqs.ts";
import { sqsRevocations } from "../../../functions/shared/revocations.ts";
import { straight } from "../straight.ts";

const queueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/revocations.fifo";

test("the end of access is queued in its user's group, once an id", async () => {
  const inputs: Record<string, unknown>[] = [];
  const client = { send: async ({ input }: { input: Record<string, unknown> }) => inputs.push(input) };
  const revocations = sqsRevocations(client as unknown as SQSClient, queueUrl, straight);
  const ada = { user: `acme#${"a".repeat(300)}`, version: 3, cause: "evt_1" };
  await revocations.send(ada, "version 3");
  await revocations.send({ ...ada, cause: "review" }, "version 3");
  await revocations.send(ada, "version 4");
  await revocations.send({ ...ada, user: "acme#bob" }, "version 3");
  const [first, same, later, other] = inputs;
  expect(first).toEqual({
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify({ v: 1, ...ada }),
    MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/),
    MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(same?.MessageDeduplicationId).toBe(first?.MessageDeduplicationId);
  expect(later?.MessageGroupId).toBe(first?.MessageGroupId);
  expect(new Set([first, later, other].map((one) => one?.MessageDeduplicationId)).size).toBe(3);
  expect(other?.MessageGroupId).not.toBe(first?.MessageGroupId);
});
