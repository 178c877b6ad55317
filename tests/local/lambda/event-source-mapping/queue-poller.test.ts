import { afterEach, expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import { AwsError } from "../../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../../local/clock.ts";
import type { Principal } from "../../../../local/iam/iam.ts";
import { QueuePoller } from "../../../../local/lambda/event-source-mapping/queue-poller.ts";
import type { EventSourceMappingConfiguration, InvocationResult } from "../../../../local/lambda/lambda.ts";

const done: InvocationResult = { kind: "returned", payload: null };
const role = "arn:aws:iam::000000000000:role/worker";
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Hands out what a test puts in; a long poll without messages hangs until there are some. */
function fakeQueue({ denied = "", deniedBy = "AccessDenied", visibilityTimeout = "60" } = {}) {
  const waiting: { id: string; group?: string }[][] = [];
  const polls: ((batch: object) => void)[] = [];
  const calls: { principal: Principal; operation: string; request: Record<string, unknown> }[] = [];
  const deleted: string[] = [];
  /** Met by the next deletions, one each. */
  const failing: Error[] = [];
  const batchOf = (messages: { id: string; group?: string }[]) => ({
    Messages: messages.map(({ id, group }) => ({
      MessageId: id,
      ReceiptHandle: `handle of ${id}`,
      Body: id,
      MD5OfBody: "md5",
      Attributes: group === undefined ? {} : { MessageGroupId: group },
    })),
  });
  return {
    calls,
    deleted,
    failing,
    polls,
    put(...messages: { id: string; group?: string }[]) {
      const poll = polls.shift();
      if (poll) poll(batchOf(messages));
      else waiting.push(messages);
    },
    call: async (principal: Principal, service: string, operation: string, request: unknown) => {
      const parameters = request as { Entries: { ReceiptHandle: string }[]; WaitTimeSeconds: number };
      calls.push({ principal, operation: `${service}:${operation}`, request: { ...parameters } });
      if (operation === denied) throw new AwsError(deniedBy, 403, `not authorized: ${operation}`);
      if (operation === "GetQueueAttributes") return { Attributes: { VisibilityTimeout: visibilityTimeout } };
      if (operation === "DeleteMessageBatch") {
        if (parameters.Entries.length === 0) throw new AwsError("EmptyBatchRequest", 400, "empty");
        const failure = failing.shift();
        if (failure) throw failure;
        deleted.push(...parameters.Entries.map(({ ReceiptHandle }) => ReceiptHandle));
        return { Successful: [], Failed: [] };
      }
      const batch = waiting.shift();
      if (batch) return batchOf(batch);
      if (parameters.WaitTimeSeconds === 0) return {};
      return new Promise<object>((resolve) => polls.push(resolve));
    },
  };
}

let stopPoller = () => {};
afterEach(() => stopPoller());

async function poll(
  queue: ReturnType<typeof fakeQueue>,
  invoke: (records: string[]) => Promise<InvocationResult>,
  mapping: Partial<EventSourceMappingConfiguration> & { readonly functionTimeout?: number } = {},
) {
  const clock = new AdvanceableClock(() => 0);
  const reports: string[] = [];
  const poller = new QueuePoller({
    clock,
    call: queue.call,
    mapping: {
      functionName: "deliver",
      queueArn: "arn:aws:sqs:us-east-1:000000000000:deliveries",
      batchSize: 10,
      reportBatchItemFailures: true,
      maximumConcurrency: 2,
      ...mapping,
    },
    role: () => role,
    functionTimeout: mapping.functionTimeout ?? 10,
    endpointUrl: "http://127.0.0.1:4566",
    invoke: (event) => invoke((event as SQSEvent).Records.map(({ body }) => body)),
    report: (line) => reports.push(line),
  });
  stopPoller = () => poller.stop();
  await poller.start();
  return { clock, poller, reports };
}

test("every call is made as the function's role, on the queue of the mapping", async () => {
  const queue = fakeQueue();
  queue.put({ id: "m1" });
  await poll(queue, async () => done, { batchSize: 4 });
  await settled();
  expect(new Set(queue.calls.map(({ operation }) => operation))).toEqual(
    new Set(["sqs:GetQueueAttributes", "sqs:DeleteMessageBatch", "sqs:ReceiveMessage"]),
  );
  for (const { principal, request } of queue.calls) {
    expect(principal).toEqual({ kind: "role", arn: role });
    expect(request.QueueUrl).toBe("http://127.0.0.1:4566/000000000000/deliveries");
  }
  expect(queue.calls.at(-2)?.request).toMatchObject({ WaitTimeSeconds: 20, MaxNumberOfMessages: 4 });
  expect(queue.deleted).toEqual(["handle of m1"]);
});

test("a clock that is moved by days waits for a batch that the function has", async () => {
  const queue = fakeQueue();
  const ended: number[] = [];
  const { clock } = await poll(queue, async () => {
    for (let turn = 0; turn < 20; turn++) await settled();
    ended.push(clock.now());
    return done;
  });
  for (let second = 1; second <= 60; second++) clock.setTimeout(() => {}, second * 1_000);
  queue.put({ id: "m1" });
  await settled();
  await clock.advance(24 * 60 * 60 * 1_000);
  expect(ended).toEqual([0]);
  expect(queue.deleted).toEqual(["handle of m1"]);
});

test.each([
  ["GetQueueAttributes", "GetQueueAttributes"],
  ["DeleteMessageBatch", "DeleteMessage"],
  ["ReceiveMessage", "ReceiveMessage"],
])("a role that may not %s cannot be mapped", async (denied, action) => {
  await expect(poll(fakeQueue({ denied }), async () => done)).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    status: 400,
    message: `The function execution role does not have permissions to call ${action} on SQS`,
  });
});

test("a queue that hides messages for less than the function's timeout cannot be mapped", async () => {
  const queue = fakeQueue({ visibilityTimeout: "30" });
  await expect(poll(queue, async () => done, { functionTimeout: 31 })).rejects.toThrow(
    "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
  );
});

test("only the messages that were processed are deleted", async () => {
  const queue = fakeQueue();
  queue.put({ id: "m1" }, { id: "m2" }, { id: "m3" });
  await poll(queue, async () => ({
    kind: "returned",
    payload: { batchItemFailures: [{ itemIdentifier: "m2" }] },
  }));
  await settled();
  expect(queue.deleted).toEqual(["handle of m1", "handle of m3"]);
});

test("a failed invocation leaves its batch to the visibility timeout", async () => {
  const queue = fakeQueue();
  queue.put({ id: "m1" });
  await poll(queue, async () => ({ kind: "failed", errorType: "Error", errorMessage: "no" }));
  await settled();
  expect(queue.deleted).toEqual([]);
});

test("no more batches run at once than the maximum concurrency", async () => {
  const queue = fakeQueue();
  const gates = new Map<string, PromiseWithResolvers<InvocationResult>>();
  const invoke = ([id = ""]: string[]) => {
    const gate = Promise.withResolvers<InvocationResult>();
    gates.set(id, gate);
    return gate.promise;
  };
  await poll(queue, invoke);
  for (const id of ["m1", "m2", "m3"]) queue.put({ id });
  await settled();
  expect([...gates.keys()]).toEqual(["m1", "m2"]);
  gates.get("m2")?.resolve(done);
  await settled();
  expect([...gates.keys()]).toEqual(["m1", "m2", "m3"]);
  for (const gate of gates.values()) gate.resolve(done);
});

test("a batch of a message group waits for the earlier one of that group", async () => {
  const queue = fakeQueue();
  const began: string[] = [];
  const first = Promise.withResolvers<InvocationResult>();
  const invoke = async (ids: string[]) => {
    began.push(ids.join());
    return ids.includes("a1") ? first.promise : done;
  };
  await poll(queue, invoke, {
    queueArn: "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo",
    maximumConcurrency: 10,
  });
  queue.put({ id: "a1", group: "a" });
  await settled();
  queue.put({ id: "b1", group: "b" }, { id: "a2", group: "a" });
  await settled();
  queue.put({ id: "c1", group: "c" });
  await settled();
  expect(began).toEqual(["a1", "c1"]);
  first.resolve(done);
  await settled();
  expect(began).toEqual(["a1", "c1", "b1,a2"]);
});

test("while the function is throttled its batch is tried again, until the queue shows it again", async () => {
  const queue = fakeQueue();
  queue.put({ id: "m1" });
  const times: number[] = [];
  let clock: AdvanceableClock | undefined;
  const invoke = async () => {
    times.push(clock?.now() ?? 0);
    throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
  };
  ({ clock } = await poll(queue, invoke));
  for (let second = 0; second < 120; second++) await clock.advance(1000);
  expect(times.slice(0, 5)).toEqual([0, 100, 300, 700, 1500]);
  expect(times.at(-1)).toBeLessThan(60_000);
  expect(times.at(-1)).toBeGreaterThan(54_000);
  expect(queue.deleted).toEqual([]);
});

test("a poll that fails is reported and made again a second later", async () => {
  const queue = fakeQueue();
  const { clock, reports } = await poll(queue, async () => done);
  await settled();
  queue.polls.shift()?.({ Messages: "nonsense" });
  await settled();
  expect(reports).toEqual([expect.stringContaining("ReceiveMessage failed: Invalid type")]);
  expect(queue.polls).toHaveLength(0);
  await clock.advance(1000);
  await settled();
  expect(queue.polls).toHaveLength(1);
});

test("a stopped poller asks no more, and still processes what a hanging poll brings", async () => {
  const queue = fakeQueue();
  const { poller } = await poll(queue, async () => done);
  await settled();
  poller.stop();
  queue.put({ id: "late" });
  await settled();
  expect(queue.deleted).toEqual(["handle of late"]);
  expect(queue.polls).toHaveLength(0);
});

test.each([
  ["fails", new AwsError("ServiceUnavailable", 503, "busy")],
  ["is throttled", new AwsError("RequestThrottled", 403, "slow")],
  ["is cut", new Error("the connection was cut")],
])("a deletion that %s is tried again, so that nothing stays hidden", async (_, failure) => {
  const queue = fakeQueue();
  queue.put({ id: "m1" });
  queue.failing.push(failure, failure);
  const { clock, reports } = await poll(queue, async () => done);
  await settled();
  await clock.advance(50);
  await settled();
  expect(queue.deleted).toEqual([]);
  await clock.advance(100);
  await settled();
  expect([queue.deleted, reports]).toEqual([["handle of m1"], []]);
});

test("a deletion that goes on failing is given up after three tries, and one that is refused at once", async () => {
  const queue = fakeQueue();
  const busy = new AwsError("ServiceUnavailable", 503, "busy");
  queue.put({ id: "m1" });
  queue.failing.push(busy, busy, busy);
  const { clock, reports } = await poll(queue, async () => done);
  for (let turn = 0; turn < 4; turn++) {
    await settled();
    await clock.advance(100);
  }
  queue.failing.push(new AwsError("ReceiptHandleIsInvalid", 400, "wrong"));
  queue.put({ id: "m2" });
  await settled();
  expect([queue.deleted, reports]).toEqual([[], ["a batch failed: busy", "a batch failed: wrong"]]);
});
