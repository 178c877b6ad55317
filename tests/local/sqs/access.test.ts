import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queues } from "../../../local/sqs/queues.ts";

let queues: Queues;
let QueueUrl: string;
const arn = "arn:aws:sqs:us-east-1:000000000000:plain";

beforeAll(async () => {
  queues = await createQueues({
    clock: new AdvanceableClock(() => 0),
    baseUrl: () => "http://127.0.0.1:4566",
  });
  QueueUrl = await queues.putQueue({ name: "plain", arn, attributes: {} });
});
afterAll(() => queues.stop());

describe("a call needs", () => {
  test("its action on its queue, and the queue's policy to be heard", async () => {
    const request = { QueueUrl, MessageBody: "x" };
    expect(queues.accessOf("SendMessage", request)).toEqual({
      action: "sqs:SendMessage",
      resource: arn,
      resourcePolicies: [],
    });
    await queues.putQueuePolicy(QueueUrl, '{"Statement":[]}');
    expect(queues.accessOf("SendMessage", request).resourcePolicies).toEqual(['{"Statement":[]}']);
    await queues.deleteQueuePolicy(QueueUrl);
    expect(queues.accessOf("SendMessage", request).resourcePolicies).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  test("as a batch the permission of its single operation", () => {
    const Entries = [{ Id: "a", ReceiptHandle: "r" }];
    expect(queues.accessOf("DeleteMessageBatch", { QueueUrl, Entries }).action).toBe("sqs:DeleteMessage");
  });

  test("for GetQueueUrl the queue of that name, whether or not there is one", () => {
    const { action, resource } = queues.accessOf("GetQueueUrl", { QueueName: "other.fifo" });
    expect(action).toBe("sqs:GetQueueUrl");
    expect(resource).toBe("arn:aws:sqs:us-east-1:000000000000:other.fifo");
  });

  test("for ListQueues everything", () => {
    expect(queues.accessOf("ListQueues", {}).resource).toBe("*");
  });
});

describe("a call that cannot be judged is refused", () => {
  test.each([
    ["CreateQueue", { QueueName: "x" }, "UnsupportedOperation"],
    ["StartMessageMoveTask", {}, "UnsupportedOperation"],
    ["constructor", {}, "UnsupportedOperation"],
    ["SendMessage", { MessageBody: "x" }, "MissingParameter"],
    ["SendMessage", null, "SerializationException"],
    ["SendMessage", { QueueUrl: 5, MessageBody: "x" }, "SerializationException"],
    ["SendMessage", { QueueUrl: "plain", MessageBody: "x" }, "InvalidAddress"],
    ["PurgeQueue", { QueueUrl: "http://127.0.0.1/999999999999/plain" }, "InvalidAddress"],
    ["ReceiveMessage", { QueueUrl: "", MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  ])("%s of %j", (operation, request, code) => {
    expect(() => queues.accessOf(operation, request)).toThrow(
      expect.objectContaining({ name: "AwsError", code, status: 400 }),
    );
  });

  test("whatever its shape, in deciding and in doing, and with no other error", async () => {
    const operation = fc.oneof(
      fc.constantFrom(
        "SendMessage",
        "SendMessageBatch",
        "ReceiveMessage",
        "DeleteMessageBatch",
        "ChangeMessageVisibility",
        "GetQueueAttributes",
      ),
      fc.string(),
    );
    const request = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record(
        {
          QueueUrl: fc.constantFrom("http://h/000000000000/plain", "http://h/000000000000/no", "", 1),
          MessageBody: fc.oneof(fc.string(), fc.jsonValue()),
          MessageAttributes: fc.jsonValue({ maxDepth: 3 }),
          MessageGroupId: fc.jsonValue({ maxDepth: 1 }),
          Entries: fc.jsonValue({ maxDepth: 3 }),
          ReceiptHandle: fc.jsonValue({ maxDepth: 1 }),
          VisibilityTimeout: fc.oneof(fc.integer(), fc.jsonValue()),
          AttributeNames: fc.jsonValue({ maxDepth: 2 }),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(operation, request, async (name, value) => {
        try {
          expect((await queues.handle(name, value)).status).toBe(200);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
          expect(error).toMatchObject({ status: 400, code: expect.stringMatching(/^\w+$/) });
        }
        try {
          expect(queues.accessOf(name, value).action).toMatch(/^sqs:\w+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
