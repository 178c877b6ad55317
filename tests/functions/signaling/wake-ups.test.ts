import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import type { SQSClient } from "../../../functions/shared/aws/sqs.ts";
import { resilient } from "../../../functions/shared/resilience.ts";
import { sqsWakeUps, type WakeUp, wakeUp } from "../../../functions/signaling/wake-ups.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queues } from "../../../local/sqs/queues.ts";
import { queueOf } from "../../contracts/sqs-wake-ups.ts";
import { wakeUpsContract } from "../../contracts/wake-ups.ts";
import { functionsSqsClient, sqsClient } from "../../local/endpoint/unsigned-clients.ts";
import { straight } from "../straight.ts";
import { memoryQueue } from "./memory-queue.ts";

wakeUpsContract("in memory, as the other tests use it", async () => {
  let now = 1_800_000_000_000;
  const { wakeUps, receipts, receive } = memoryQueue(() => now);
  return {
    wakeUps,
    receipts,
    receive: async () => receive(),
    pass: async (seconds) => {
      now += seconds * 1_000;
    },
    close: async () => {},
  };
});

wakeUpsContract("in the local cloud's SQS", async () => {
  const clock = new AdvanceableClock(() => 1_800_000_000_000);
  let queues: Queues | undefined;
  const { client, url, close } = await sqsClient(() => {
    if (!queues) throw new Error("the queues are there before they are called");
    return queues;
  });
  const functions = await functionsSqsClient(() => queues as Queues);
  queues = await createQueues({ clock, baseUrl: () => url });
  const queueUrl = await queues.putQueue({
    name: "deliveries.fifo",
    arn: "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo",
    attributes: { FifoQueue: "true" },
  });
  return {
    ...queueOf(client, functions.client, queueUrl),
    pass: (seconds) => clock.advance(seconds * 1_000),
    close: async () => {
      await close();
      await functions.close();
      await queues?.stop();
    },
  };
});

function recordingClient(...failures: Error[]) {
  const inputs: Record<string, unknown>[] = [];
  const client = {
    send: async (command: { input: Record<string, unknown> }) => {
      inputs.push(command.input);
      const failure = failures.shift();
      if (failure) throw failure;
    },
  };
  return { client: client as unknown as SQSClient, inputs };
}

const queueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/deliveries.fifo";
const waiting = { v: 2, kind: "waiting", channel: "acme#lobby", name: "a".repeat(256) } as const;

const departure = { ...waiting, kind: "departure", role: "VIEWER", connectedAt: 1 };

describe("a wake-up", () => {
  test("is queued in its member's group, once an id", async () => {
    const { client, inputs } = recordingClient();
    const wakeUps = sqsWakeUps(client, queueUrl, straight);
    await wakeUps.send({ ...waiting, sender: "ada" }, "frame-1");
    await wakeUps.send(waiting, "frame-1");
    await wakeUps.send(waiting, "frame-2");
    await wakeUps.send({ ...waiting, kind: "report", frame: "{}" }, "frame-1");
    await wakeUps.send({ ...waiting, channel: "globex#lobby" }, "frame-1");
    const [first, same, otherId, otherKind, otherTenant] = inputs;
    expect(first).toEqual({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ ...waiting, sender: "ada" }),
      MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/),
      MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(same?.MessageDeduplicationId).toBe(first?.MessageDeduplicationId);
    const ids = [first, otherId, otherKind, otherTenant].map((one) => one?.MessageDeduplicationId);
    expect(new Set(ids).size).toBe(4);
    expect(otherKind?.MessageGroupId).toBe(first?.MessageGroupId);
    expect(otherTenant?.MessageGroupId).not.toBe(first?.MessageGroupId);
  });

  test("is sent again after a throttled and a failing answer", async () => {
    const throttled = Object.assign(new Error("slow down"), { name: "RequestThrottled" });
    const failing = Object.assign(new Error("down"), { $metadata: { httpStatusCode: 503 } });
    const { client, inputs } = recordingClient(throttled, failing);
    await sqsWakeUps(client, queueUrl, resilient("sqs")).send(waiting, "frame-1");
    expect(inputs).toHaveLength(3);
    expect(new Set(inputs.map((one) => one.MessageDeduplicationId)).size).toBe(1);
  });

  test("that SQS does not take is a retryable fault, and five in a row open the circuit", async () => {
    const failing = () => Object.assign(new Error("down"), { $metadata: { httpStatusCode: 500 } });
    const { client, inputs } = recordingClient(...Array.from({ length: 9 }, failing));
    const wakeUps = sqsWakeUps(client, queueUrl, resilient("sqs"));
    const fault = { code: "sqs_unavailable", retryable: true };
    await expect(wakeUps.send(waiting, "1")).rejects.toMatchObject(fault);
    await expect(wakeUps.send(waiting, "2")).rejects.toMatchObject(fault);
    await expect(wakeUps.send(waiting, "3")).rejects.toMatchObject({
      ...fault,
      message: "the circuit of sqs is open",
    });
    expect(inputs).toHaveLength(5);
  });

  const arrival: WakeUp = {
    ...{ v: 2, kind: "arrival", channel: "acme#lobby", name: "ada", role: "VIEWER" },
    ...{ connectionId: "c1", connectedAt: 1, announced: false },
  };
  test.each<[string, unknown, boolean]>([
    ["for what waits", waiting, true],
    ["of an arrival", arrival, true],
    ["of a departure", { ...departure, cause: "timed_out" }, true],
    ["with an unknown cause", { ...departure, cause: "bored" }, false],
    ["of another version", { ...waiting, v: 1 }, false],
    ["of another kind", { ...waiting, kind: "hello" }, false],
    ["with a field too many", { ...waiting, extra: "x" }, false],
    ["with a time that is none", { ...arrival, connectedAt: -1 }, false],
  ])("%s is read or not", (_, message, readable) => {
    expect(v.is(wakeUp, message)).toBe(readable);
  });
});
