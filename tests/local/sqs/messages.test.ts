import { ChangeMessageVisibilityCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "@jest/globals";
import { bodies, handleOf, putQueue, queuesForEachTest, receive, send } from "./running-queues.ts";

const sqs = queuesForEachTest();

describe("a message", () => {
  test("is hidden for its visibility timeout on the clock, which a receiver may extend", async () => {
    const queue = await putQueue(sqs, "plain", { VisibilityTimeout: "30" });
    await send(sqs, queue, "hello");
    const taken = await receive(sqs, queue);
    await sqs.clock.advance(20_000);
    const ReceiptHandle = handleOf(taken);
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 30 }),
    );
    await sqs.clock.advance(29_000);
    expect(await receive(sqs, queue)).toEqual([]);
    await sqs.clock.advance(1_000);
    expect(bodies(await receive(sqs, queue))).toEqual(["hello"]);
    const late = new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 5 });
    await expect(sqs.client.send(late)).rejects.toMatchObject({ name: "MessageNotInflight" });
  });

  test("comes after its delay", async () => {
    const queue = await putQueue(sqs, "plain");
    await send(sqs, queue, "later", { DelaySeconds: 10 });
    await sqs.clock.advance(9_000);
    expect(await receive(sqs, queue)).toEqual([]);
    await sqs.clock.advance(1_000);
    expect(bodies(await receive(sqs, queue))).toEqual(["later"]);
  });

  test("is gone after the retention period", async () => {
    const queue = await putQueue(sqs, "plain", { MessageRetentionPeriod: "60" });
    await send(sqs, queue, "old");
    await sqs.clock.advance(60_000);
    expect(await receive(sqs, queue)).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  test("may have 1 MiB and no byte more, alone or as a batch", async () => {
    const queue = await putQueue(sqs, "plain");
    await send(sqs, queue, "x".repeat(1_048_576));
    await expect(send(sqs, queue, "x".repeat(1_048_577))).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    const batch = new SendMessageBatchCommand({
      QueueUrl: queue,
      Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(524_289) })),
    });
    await expect(sqs.client.send(batch)).rejects.toMatchObject({ name: "BatchRequestTooLong" });
  });

  test("may hold any character that XML may, beyond the basic plane too", async () => {
    const queue = await putQueue(sqs, "plain");
    await send(sqs, queue, "tab\t, é, 語, 🚀");
    expect(bodies(await receive(sqs, queue))).toEqual(["tab\t, é, 語, 🚀"]);
    await expect(send(sqs, queue, "bell\u0007")).rejects.toMatchObject({ name: "InvalidMessageContents" });
  });

  test("carries its attributes to a receiver that asks for them", async () => {
    const queue = await putQueue(sqs, "plain");
    const MessageAttributes = { kind: { DataType: "String", StringValue: "offer" } };
    await send(sqs, queue, "x", { MessageAttributes });
    const [asked] = await receive(sqs, queue, { MessageAttributeNames: ["All"], VisibilityTimeout: 0 });
    expect(asked?.MessageAttributes).toEqual(MessageAttributes);
    const [unasked] = await receive(sqs, queue);
    expect(unasked?.MessageAttributes).toBeUndefined();
  });

  test.each(["constructor", "__proto__", "prototype"])("keeps an attribute named %s", async (name) => {
    const queue = await putQueue(sqs, "plain");
    const MessageAttributes = JSON.parse(`{"${name}":{"DataType":"String","StringValue":"kept"}}`);
    await send(sqs, queue, "x", { MessageAttributes });
    const [message] = await receive(sqs, queue, { MessageAttributeNames: ["All"] });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual([name]);
  });

  test("of a batch is refused by itself", async () => {
    const queue = await putQueue(sqs, "plain");
    const { Successful, Failed } = await sqs.client.send(
      new SendMessageBatchCommand({
        QueueUrl: queue,
        Entries: [
          { Id: "good", MessageBody: "x" },
          { Id: "bad", MessageBody: "\u0000" },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
  });
});
