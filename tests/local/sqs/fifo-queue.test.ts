import { ChangeMessageVisibilityCommand, type SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import {
  arnOf,
  bodies,
  handleOf,
  putQueue,
  queuesForEachTest,
  receive,
  remove,
  send,
  start,
} from "./running-queues.ts";

const sqs = queuesForEachTest();

describe("a FIFO queue", () => {
  let fifo: string;
  beforeEach(async () => {
    fifo = await putQueue(sqs, "deliveries.fifo", { VisibilityTimeout: "60" });
  });

  test("gives the messages of a group in their order, several in one receive", async () => {
    for (const body of ["1", "2", "3"]) await send(sqs, fifo, body);
    const messages = await receive(sqs, fifo, { MessageSystemAttributeNames: ["All"] });
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
    await send(sqs, fifo, "1");
    await send(sqs, fifo, "2");
    const [first] = await receive(sqs, fifo, { MaxNumberOfMessages: 1 });
    expect(await receive(sqs, fifo)).toEqual([]);
    await send(sqs, fifo, "other", { MessageGroupId: "h" });
    expect(bodies(await receive(sqs, fifo))).toEqual(["other"]);
    await remove(sqs, fifo, first?.ReceiptHandle ?? "");
    expect(bodies(await receive(sqs, fifo))).toEqual(["2"]);
  });

  test("gives messages again in their order when they were not deleted in time", async () => {
    for (const body of ["1", "2", "3"]) await send(sqs, fifo, body);
    const messages = await receive(sqs, fifo, { MaxNumberOfMessages: 2 });
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: fifo,
        ReceiptHandle: handleOf(messages),
        VisibilityTimeout: 0,
      }),
    );
    expect(await receive(sqs, fifo)).toEqual([]);
    await sqs.clock.advance(59_999);
    expect(await receive(sqs, fifo)).toEqual([]);
    await sqs.clock.advance(1);
    expect(bodies(await receive(sqs, fifo))).toEqual(["1", "2", "3"]);
  });

  test("drops a duplicate for five minutes and answers with the first one's id", async () => {
    const first = await send(sqs, fifo, "a", { MessageDeduplicationId: "same" });
    await sqs.clock.advance(299_999);
    const second = await send(sqs, fifo, "b", { MessageDeduplicationId: "same" });
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.SequenceNumber).toBe(first.SequenceNumber);
    await sqs.clock.advance(1);
    const third = await send(sqs, fifo, "c", { MessageDeduplicationId: "same" });
    expect(third.MessageId).not.toBe(first.MessageId);
    expect(bodies(await receive(sqs, fifo))).toEqual(["a", "c"]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
  test("takes the high-throughput attributes, and then deduplicates in each group by itself", async () => {
    const fast = await putQueue(sqs, "fast.fifo", {
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
    });
    for (const MessageGroupId of ["g", "h", "g"]) {
      await send(sqs, fast, MessageGroupId, { MessageGroupId, MessageDeduplicationId: "same" });
    }
    const messages = await receive(sqs, fast, { MessageSystemAttributeNames: ["MessageDeduplicationId"] });
    expect(bodies(messages).sort()).toEqual(["g", "h"]);
    expect(messages[0]?.Attributes?.MessageDeduplicationId).toBe("same");
    await expect(putQueue(sqs, "slow.fifo", { FifoThroughputLimit: "perMessageGroupId" })).rejects.toThrow(
      "needs DeduplicationScope messageGroup",
    );
  });

  test("refuses a message without a group or a deduplication id, or with a delay of its own", async () => {
    const refused = async (more: Partial<SendMessageCommandInput>) =>
      send(sqs, fifo, "x", more).catch((error) => error.name);
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
