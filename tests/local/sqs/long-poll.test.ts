import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "@jest/globals";
import { bodies, putQueue, queuesForEachTest, receive, send } from "./running-queues.ts";

const sqs = queuesForEachTest();
const hour = 60 * 60_000;

describe("a long poll", () => {
  test("ends with the message that is sent meanwhile, and blocks nothing", async () => {
    const queue = await putQueue(sqs, "plain", { ReceiveMessageWaitTimeSeconds: "20" });
    const poll = receive(sqs, queue);
    await send(sqs, queue, "hello");
    expect(bodies(await poll)).toEqual(["hello"]);
  });

  test("ends with a message whose visibility timeout ends meanwhile", async () => {
    const queue = await putQueue(sqs, "plain", { VisibilityTimeout: "5" });
    await send(sqs, queue, "again");
    await receive(sqs, queue);
    const poll = receive(sqs, queue, { WaitTimeSeconds: 20 });
    await sqs.client.send(new ListQueuesCommand({}));
    await sqs.clock.advance(5_000);
    expect(bodies(await poll)).toEqual(["again"]);
  });

  test("ends empty when its time is over", async () => {
    const queue = await putQueue(sqs, "plain");
    const poll = receive(sqs, queue, { WaitTimeSeconds: 20 });
    await sqs.client.send(new ListQueuesCommand({}));
    await sqs.clock.advance(20_000);
    expect(await poll).toEqual([]);
  });

  test.each([
    ["with a message at its moment", 12 * hour, '"Body":"again"'],
    ["empty where the move ends", 11 * hour, undefined],
  ])("ends %s while time is moved further than it waits", async (_, ends, body) => {
    const queue = await putQueue(sqs, "plain", { VisibilityTimeout: "43200" });
    await send(sqs, queue, "again");
    await receive(sqs, queue);
    const began = sqs.clock.now();
    const poll = sqs.queues
      .handle("ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: 20 })
      .then((answer) => ({ answer: String(answer.body), after: sqs.clock.now() - began }));
    await sqs.clock.advance(body === undefined ? ends : 13 * hour);
    const { answer, after } = await poll;
    expect([after, answer]).toEqual([ends, body === undefined ? "{}" : expect.stringContaining(body)]);
  });

  test("ends empty at stop", async () => {
    const queue = await putQueue(sqs, "plain");
    const poll = sqs.queues.handle("ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: 20 });
    await sqs.queues.stop();
    expect(await poll).toMatchObject({ status: 200, body: "{}" });
    await expect(sqs.queues.handle("ListQueues", {})).rejects.toMatchObject({ status: 503 });
  });

  test("ends with an error when the queue is deleted", async () => {
    const queue = await putQueue(sqs, "plain");
    const poll = receive(sqs, queue, { WaitTimeSeconds: 20 }).catch((error) => error.name);
    await sqs.client.send(new ListQueuesCommand({}));
    await sqs.queues.deleteQueue("plain");
    expect(await poll).toBe("QueueDoesNotExist");
  });
});
