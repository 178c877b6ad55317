import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import { arnOf, bodies, handleOf, putQueue, queuesForEachTest, receive, send } from "./running-queues.ts";

const sqs = queuesForEachTest();

describe("a queue", () => {
  test("is found by its URL on any port, and gives its URL on the present one", async () => {
    const queue = await putQueue(sqs, "plain");
    expect(queue).toBe(`${sqs.url}/000000000000/plain`);
    await send(sqs, "http://127.0.0.1:9/000000000000/plain", "hello");
    expect(bodies(await receive(sqs, queue))).toEqual(["hello"]);
    const { QueueUrl } = await sqs.client.send(new GetQueueUrlCommand({ QueueName: "plain" }));
    expect(QueueUrl).toBe(queue);
    await expect(send(sqs, `${sqs.url}/000000000000/none`, "x")).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
    await expect(send(sqs, `${sqs.url}/999999999999/plain`, "x")).rejects.toMatchObject({
      name: "InvalidAddress",
    });
  });

  test("keeps its policies and its messages when its attributes change", async () => {
    const queue = await putQueue(sqs, "plain", { VisibilityTimeout: "30", DelaySeconds: "3" });
    await sqs.queues.putQueuePolicy(queue, '{"Version":"2012-10-17"}');
    await send(sqs, queue, "hello", { DelaySeconds: 0 });
    await putQueue(sqs, "plain", { VisibilityTimeout: "90" });
    const { Attributes } = await sqs.client.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({
      VisibilityTimeout: "90",
      DelaySeconds: "0",
      Policy: '{"Version":"2012-10-17"}',
      ApproximateNumberOfMessages: "1",
      QueueArn: arnOf("plain"),
    });
  });

  test.each([
    ["plain", { VisibilityTimeout: "43201" }, "VisibilityTimeout"],
    ["plain", { Unheard: "1" }, "Unheard"],
    ["plain", { FifoQueue: "true" }, "ends with .fifo"],
    ["plain", { DeduplicationScope: "queue" }, "FIFO queues"],
    ["pla in", {}, "QueueName"],
  ])("is refused: %s with %j", async (name, attributes, reason) => {
    await expect(sqs.queues.putQueue({ name, arn: arnOf(name), attributes })).rejects.toThrow(reason);
  });
});

describe("a data folder", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "queues-"));
    await sqs.queues.stop();
    sqs.queues = await createQueues({ clock: sqs.clock, path, baseUrl: () => sqs.url });
  });
  afterEach(async () => {
    await sqs.queues.stop();
    await rm(path, { recursive: true });
  });

  async function restart(): Promise<void> {
    await sqs.queues.stop();
    sqs.clock = new AdvanceableClock();
    sqs.queues = await createQueues({ clock: sqs.clock, path, baseUrl: () => sqs.url });
  }

  test("keeps messages, their order and their counts, but no policy the program did not put again", async () => {
    sqs.clock = new AdvanceableClock();
    await restart();
    const fifo = await putQueue(sqs, "kept.fifo", { VisibilityTimeout: "30" });
    await sqs.queues.putQueuePolicy(fifo, '{"Version":"2012-10-17"}');
    for (const body of ["1", "2", "3"]) await send(sqs, fifo, body);
    const ReceiptHandle = handleOf(await receive(sqs, fifo, { MaxNumberOfMessages: 1 }));
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: fifo, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    await restart();
    expect(await putQueue(sqs, "kept.fifo", { VisibilityTimeout: "30" })).toBe(fifo);
    const messages = await receive(sqs, fifo, { MessageSystemAttributeNames: ["All"] });
    expect(bodies(messages)).toEqual(["1", "2", "3"]);
    expect(messages.map((message) => message.Attributes?.ApproximateReceiveCount)).toEqual(["2", "1", "1"]);
    expect(sqs.queues.accessOf("PurgeQueue", { QueueUrl: fifo }).resourcePolicies).toEqual([]);
  });

  test("still knows what it keeps for deduplication", async () => {
    sqs.clock = new AdvanceableClock();
    await restart();
    const fifo = await putQueue(sqs, "kept.fifo");
    await send(sqs, fifo, "a", { MessageDeduplicationId: "same" });
    await restart();
    await putQueue(sqs, "kept.fifo");
    await send(sqs, fifo, "b", { MessageDeduplicationId: "same" });
    expect(bodies(await receive(sqs, fifo))).toEqual(["a"]);
  });
});
