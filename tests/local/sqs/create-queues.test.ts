import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queues } from "../../../local/sqs/queues.ts";
import { sqsClient } from "../endpoint/unsigned-clients.ts";

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const start = 1_800_000_000_000;

let clock: AdvanceableClock;
let queues: Queues;
let client: SQSClient;
let url: string;
let closeClient: () => Promise<void>;

beforeEach(async () => {
  clock = new AdvanceableClock(() => start);
  ({ client, url, close: closeClient } = await sqsClient(() => queues));
  queues = await createQueues({ clock, baseUrl: () => url });
});
afterEach(async () => {
  await closeClient();
  await queues.stop();
});

const putQueue = (name: string, attributes: Record<string, string> = {}) =>
  queues.putQueue({
    name,
    arn: arnOf(name),
    attributes: { ...(name.endsWith(".fifo") && { FifoQueue: "true" }), ...attributes },
  });
let ids = 0;
const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      ...(QueueUrl.endsWith(".fifo") && { MessageGroupId: "g", MessageDeduplicationId: `id-${ids++}` }),
      ...more,
    }),
  );
const receive = async (
  QueueUrl: string,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await client.send(command)).Messages ?? [];
};
const bodies = (messages: Message[]) => messages.map((message) => message.Body);
const handleOf = (messages: Message[], index = 0) => messages[index]?.ReceiptHandle ?? "";
const remove = (QueueUrl: string, ReceiptHandle: string) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

describe("a FIFO queue", () => {
  let fifo: string;
  beforeEach(async () => {
    fifo = await putQueue("deliveries.fifo", { VisibilityTimeout: "60" });
  });

  test("gives the messages of a group in their order, several in one receive", async () => {
    for (const body of ["1", "2", "3"]) await send(fifo, body);
    const messages = await receive(fifo, { MessageSystemAttributeNames: ["All"] });
    expect(bodies(messages)).toEqual(["1", "2", "3"]);
    expect(messages[0]?.Attributes).toMatchObject({
      MessageGroupId: "g",
      SentTimestamp: "1800000000000",
      ApproximateReceiveCount: "1",
    });
    const sequence = messages.map((message) => message.Attributes?.SequenceNumber ?? "");
    expect(sequence).toEqual(sequence.toSorted());
  });

  test("holds a group back while one of its messages is in flight, and no other group", async () => {
    await send(fifo, "1");
    await send(fifo, "2");
    const [first] = await receive(fifo, { MaxNumberOfMessages: 1 });
    expect(await receive(fifo)).toEqual([]);
    await send(fifo, "other", { MessageGroupId: "h" });
    expect(bodies(await receive(fifo))).toEqual(["other"]);
    await remove(fifo, first?.ReceiptHandle ?? "");
    expect(bodies(await receive(fifo))).toEqual(["2"]);
  });

  test("gives messages again in their order when they were not deleted in time", async () => {
    for (const body of ["1", "2", "3"]) await send(fifo, body);
    const messages = await receive(fifo, { MaxNumberOfMessages: 2 });
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: fifo,
        ReceiptHandle: handleOf(messages),
        VisibilityTimeout: 0,
      }),
    );
    expect(await receive(fifo)).toEqual([]);
    await clock.advance(59_999);
    expect(await receive(fifo)).toEqual([]);
    await clock.advance(1);
    expect(bodies(await receive(fifo))).toEqual(["1", "2", "3"]);
  });

  test("drops a duplicate for five minutes and answers with the first one's id", async () => {
    const first = await send(fifo, "a", { MessageDeduplicationId: "same" });
    await clock.advance(299_999);
    const second = await send(fifo, "b", { MessageDeduplicationId: "same" });
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.SequenceNumber).toBe(first.SequenceNumber);
    await clock.advance(1);
    const third = await send(fifo, "c", { MessageDeduplicationId: "same" });
    expect(third.MessageId).not.toBe(first.MessageId);
    expect(bodies(await receive(fifo))).toEqual(["a", "c"]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
  test("takes the high-throughput attributes, and then deduplicates in each group by itself", async () => {
    const fast = await putQueue("fast.fifo", {
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
    });
    for (const MessageGroupId of ["g", "h", "g"]) {
      await send(fast, MessageGroupId, { MessageGroupId, MessageDeduplicationId: "same" });
    }
    const messages = await receive(fast, { MessageSystemAttributeNames: ["MessageDeduplicationId"] });
    expect(bodies(messages).sort()).toEqual(["g", "h"]);
    expect(messages[0]?.Attributes?.MessageDeduplicationId).toBe("same");
    await expect(putQueue("slow.fifo", { FifoThroughputLimit: "perMessageGroupId" })).rejects.toThrow(
      "needs DeduplicationScope messageGroup",
    );
  });

  test("refuses a message without a group or a deduplication id, or with a delay of its own", async () => {
    const refused = async (more: Partial<SendMessageCommandInput>) =>
      send(fifo, "x", more).catch((error) => error.name);
    expect(await refused({ MessageGroupId: undefined })).toBe("MissingParameter");
    expect(await refused({ MessageDeduplicationId: undefined })).toBe("InvalidParameterValue");
    expect(await refused({ DelaySeconds: 5 })).toBe("InvalidParameterValue");
  });

  test("keeps each group's order and loses or doubles nothing, whatever receivers do", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("send" as const), group: fc.constantFrom("a", "b", "c") }),
      fc.record({ do: fc.constant("receive" as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant("delete" as const) }),
      fc.record({ do: fc.constant("release" as const) }),
      fc.record({ do: fc.constant("wait" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = new AdvanceableClock(() => start);
        const own = await createQueues({ clock, baseUrl: () => "http://127.0.0.1:1" });
        const QueueUrl = await own.putQueue({
          name: "q.fifo",
          arn: arnOf("q.fifo"),
          attributes: { FifoQueue: "true", VisibilityTimeout: "30" },
        });
        const call = async (operation: string, request: object) =>
          JSON.parse((await own.handle(operation, { QueueUrl, ...request })).body);
        const done: Record<string, number[]> = { a: [], b: [], c: [] };
        const sent: Record<string, number> = { a: 0, b: 0, c: 0 };
        let held: { Body: string; ReceiptHandle: string }[] = [];
        // Only a group's oldest message is deleted, as a consumer that reports batch failures does.
        const deleteOldest = async () => {
          const [message] = held;
          if (!message) return;
          held = held.slice(1);
          const [group = "", number] = message.Body.split("-");
          await call("DeleteMessage", { ReceiptHandle: message.ReceiptHandle });
          done[group]?.push(Number(number));
        };
        const take = async (count: number) => {
          const { Messages = [] } = await call("ReceiveMessage", { MaxNumberOfMessages: count });
          held.push(...Messages);
        };
        for (const action of steps) {
          if (action.do === "send") {
            const number = sent[action.group] ?? 0;
            sent[action.group] = number + 1;
            const id = `${action.group}-${number}`;
            await call("SendMessage", {
              MessageBody: id,
              MessageGroupId: action.group,
              MessageDeduplicationId: id,
            });
          } else if (action.do === "receive") await take(action.count);
          else if (action.do === "delete") await deleteOldest();
          else if (action.do === "wait") {
            held = [];
            await clock.advance(30_000);
          } else {
            for (const { ReceiptHandle } of held) {
              await call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: 0 });
            }
            held = [];
          }
        }
        for (let turn = 0; turn < 60; turn++) {
          if (held.length === 0) await take(10);
          await deleteOldest();
        }
        await own.stop();
        for (const group of ["a", "b", "c"]) {
          expect(done[group]).toEqual(Array.from({ length: sent[group] ?? 0 }, (_, number) => number));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a message", () => {
  test("is hidden for its visibility timeout on the clock, which a receiver may extend", async () => {
    const queue = await putQueue("plain", { VisibilityTimeout: "30" });
    await send(queue, "hello");
    const taken = await receive(queue);
    await clock.advance(20_000);
    const ReceiptHandle = handleOf(taken);
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 30 }),
    );
    await clock.advance(29_000);
    expect(await receive(queue)).toEqual([]);
    await clock.advance(1_000);
    expect(bodies(await receive(queue))).toEqual(["hello"]);
    const late = new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 5 });
    await expect(client.send(late)).rejects.toMatchObject({ name: "MessageNotInflight" });
  });

  test("comes after its delay", async () => {
    const queue = await putQueue("plain");
    await send(queue, "later", { DelaySeconds: 10 });
    await clock.advance(9_000);
    expect(await receive(queue)).toEqual([]);
    await clock.advance(1_000);
    expect(bodies(await receive(queue))).toEqual(["later"]);
  });

  test("is gone after the retention period", async () => {
    const queue = await putQueue("plain", { MessageRetentionPeriod: "60" });
    await send(queue, "old");
    await clock.advance(60_000);
    expect(await receive(queue)).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  test("may have 1 MiB and no byte more, alone or as a batch", async () => {
    const queue = await putQueue("plain");
    await send(queue, "x".repeat(1_048_576));
    await expect(send(queue, "x".repeat(1_048_577))).rejects.toMatchObject({ name: "InvalidParameterValue" });
    const batch = new SendMessageBatchCommand({
      QueueUrl: queue,
      Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(524_289) })),
    });
    await expect(client.send(batch)).rejects.toMatchObject({ name: "BatchRequestTooLong" });
  });

  test("may hold any character that XML may, beyond the basic plane too", async () => {
    const queue = await putQueue("plain");
    await send(queue, "tab\t, é, 語, 🚀");
    expect(bodies(await receive(queue))).toEqual(["tab\t, é, 語, 🚀"]);
    await expect(send(queue, "bell\u0007")).rejects.toMatchObject({ name: "InvalidMessageContents" });
  });

  test("carries its attributes to a receiver that asks for them", async () => {
    const queue = await putQueue("plain");
    const MessageAttributes = { kind: { DataType: "String", StringValue: "offer" } };
    await send(queue, "x", { MessageAttributes });
    const [asked] = await receive(queue, { MessageAttributeNames: ["All"], VisibilityTimeout: 0 });
    expect(asked?.MessageAttributes).toEqual(MessageAttributes);
    const [unasked] = await receive(queue);
    expect(unasked?.MessageAttributes).toBeUndefined();
  });

  test("of a batch is refused by itself", async () => {
    const queue = await putQueue("plain");
    const { Successful, Failed } = await client.send(
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

describe("a long poll", () => {
  test("ends with the message that is sent meanwhile, and blocks nothing", async () => {
    const queue = await putQueue("plain", { ReceiveMessageWaitTimeSeconds: "20" });
    const poll = receive(queue);
    await send(queue, "hello");
    expect(bodies(await poll)).toEqual(["hello"]);
  });

  test("ends with a message whose visibility timeout ends meanwhile", async () => {
    const queue = await putQueue("plain", { VisibilityTimeout: "5" });
    await send(queue, "again");
    await receive(queue);
    const poll = receive(queue, { WaitTimeSeconds: 20 });
    await client.send(new ListQueuesCommand({}));
    await clock.advance(5_000);
    expect(bodies(await poll)).toEqual(["again"]);
  });

  test("ends empty when its time is over", async () => {
    const queue = await putQueue("plain");
    const poll = receive(queue, { WaitTimeSeconds: 20 });
    await client.send(new ListQueuesCommand({}));
    await clock.advance(20_000);
    expect(await poll).toEqual([]);
  });

  test("ends empty at stop", async () => {
    const queue = await putQueue("plain");
    const poll = queues.handle("ReceiveMessage", { QueueUrl: queue, WaitTimeSeconds: 20 });
    await queues.stop();
    expect(await poll).toMatchObject({ status: 200, body: "{}" });
    await expect(queues.handle("ListQueues", {})).rejects.toMatchObject({ status: 503 });
  });

  test("ends with an error when the queue is deleted", async () => {
    const queue = await putQueue("plain");
    const poll = receive(queue, { WaitTimeSeconds: 20 }).catch((error) => error.name);
    await client.send(new ListQueuesCommand({}));
    await queues.deleteQueue("plain");
    expect(await poll).toBe("QueueDoesNotExist");
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
describe("dead letters", () => {
  const redriveTo = (name: string, maxReceiveCount = 2) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount }),
  });

  test("are the messages received as often as the redrive policy allows", async () => {
    const dead = await putQueue("dead.fifo");
    const queue = await putQueue("live.fifo", { VisibilityTimeout: "30", ...redriveTo("dead.fifo") });
    await send(queue, "poison");
    await send(queue, "next");
    for (const attempt of ["first", "second"]) {
      expect([attempt, ...bodies(await receive(queue, { MaxNumberOfMessages: 1 }))]).toEqual([
        attempt,
        "poison",
      ]);
      await clock.advance(30_000);
    }
    expect(bodies(await receive(queue))).toEqual(["next"]);
    const [letter] = await receive(dead, { MessageSystemAttributeNames: ["All"] });
    expect(letter).toMatchObject({
      Body: "poison",
      Attributes: { MessageGroupId: "g", ApproximateReceiveCount: "3", SentTimestamp: "1800000060000" },
    });
    const sources = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(sources.queueUrls).toEqual([queue]);
  });

  test("need a queue that exists", async () => {
    await expect(putQueue("live", redriveTo("nowhere"))).rejects.toThrow("Dead letter target does not exist");
  });

  test("of a FIFO queue need a FIFO queue, of a standard queue a standard one", async () => {
    await putQueue("dead");
    await expect(putQueue("live.fifo", redriveTo("dead"))).rejects.toThrow("must be same type of queue");
    await putQueue("dead.fifo");
    await expect(putQueue("live", redriveTo("dead.fifo"))).rejects.toThrow("must be same type of queue");
  });

  test.each([
    [{ redrivePermission: "denyAll" }, false],
    [{ redrivePermission: "allowAll" }, true],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arnOf("other")] }, false],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arnOf("live")] }, true],
  ])("go only where the redrive allow policy %j lets them", async (policy, allowed) => {
    const dead = await putQueue("dead");
    await queues.putRedriveAllowPolicy(dead, JSON.stringify(policy));
    const outcome = await putQueue("live", redriveTo("dead")).then(
      () => true,
      (error) => error.message,
    );
    expect(outcome).toEqual(allowed ? true : expect.stringContaining("does not allow this source queue"));
    await queues.deleteRedriveAllowPolicy(dead);
    await putQueue("live", redriveTo("dead"));
  });

  test("are not moved by a task, which is not implemented", async () => {
    const task = new StartMessageMoveTaskCommand({ SourceArn: arnOf("dead") });
    await expect(client.send(task)).rejects.toMatchObject({ name: "UnsupportedOperation" });
  });
});

describe("a queue", () => {
  test("is found by its URL on any port, and gives its URL on the present one", async () => {
    const queue = await putQueue("plain");
    expect(queue).toBe(`${url}/000000000000/plain`);
    await send("http://127.0.0.1:9/000000000000/plain", "hello");
    expect(bodies(await receive(queue))).toEqual(["hello"]);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "plain" }));
    expect(QueueUrl).toBe(queue);
    await expect(send(`${url}/000000000000/none`, "x")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(send(`${url}/999999999999/plain`, "x")).rejects.toMatchObject({ name: "InvalidAddress" });
  });

  test("keeps its policies and its messages when its attributes change", async () => {
    const queue = await putQueue("plain", { VisibilityTimeout: "30", DelaySeconds: "3" });
    await queues.putQueuePolicy(queue, '{"Version":"2012-10-17"}');
    await send(queue, "hello", { DelaySeconds: 0 });
    await putQueue("plain", { VisibilityTimeout: "90" });
    const { Attributes } = await client.send(
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
    await expect(queues.putQueue({ name, arn: arnOf(name), attributes })).rejects.toThrow(reason);
  });
});

describe("a data folder", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "queues-"));
    await queues.stop();
    queues = await createQueues({ clock, path, baseUrl: () => url });
  });
  afterEach(async () => {
    await queues.stop();
    await rm(path, { recursive: true });
  });

  async function restart(): Promise<void> {
    await queues.stop();
    clock = new AdvanceableClock();
    queues = await createQueues({ clock, path, baseUrl: () => url });
  }

  test("keeps messages, their order and their counts, but no policy the program did not put again", async () => {
    clock = new AdvanceableClock();
    await restart();
    const fifo = await putQueue("kept.fifo", { VisibilityTimeout: "30" });
    await queues.putQueuePolicy(fifo, '{"Version":"2012-10-17"}');
    for (const body of ["1", "2", "3"]) await send(fifo, body);
    const ReceiptHandle = handleOf(await receive(fifo, { MaxNumberOfMessages: 1 }));
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: fifo, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    await restart();
    expect(await putQueue("kept.fifo", { VisibilityTimeout: "30" })).toBe(fifo);
    const messages = await receive(fifo, { MessageSystemAttributeNames: ["All"] });
    expect(bodies(messages)).toEqual(["1", "2", "3"]);
    expect(messages.map((message) => message.Attributes?.ApproximateReceiveCount)).toEqual(["2", "1", "1"]);
    expect(queues.accessOf("PurgeQueue", { QueueUrl: fifo }).resourcePolicies).toEqual([]);
  });

  test("still knows what it keeps for deduplication", async () => {
    clock = new AdvanceableClock();
    await restart();
    const fifo = await putQueue("kept.fifo");
    await send(fifo, "a", { MessageDeduplicationId: "same" });
    await restart();
    await putQueue("kept.fifo");
    await send(fifo, "b", { MessageDeduplicationId: "same" });
    expect(bodies(await receive(fifo))).toEqual(["a"]);
  });
});
