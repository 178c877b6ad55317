import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import type { ResourceHandler } from "../../../local/resources/resource-handler.ts";
import { sqsQueue } from "../../../local/resources/sqs-queue.ts";
import { sqsQueuePolicy } from "../../../local/resources/sqs-queue-policy.ts";
import { sqsRedriveAllowPolicy } from "../../../local/resources/sqs-redrive-allow-policy.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queues } from "../../../local/sqs/queues.ts";

let queues: Queues;
let handler: ResourceHandler;
beforeEach(async () => {
  queues = await createQueues({
    clock: new AdvanceableClock(() => 0),
    baseUrl: () => "http://127.0.0.1:4566",
  });
  handler = sqsQueue({ queues });
});
afterEach(() => queues.stop());

const request = (name: string, inputs: object) => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: { ...inputs },
});
const attributesOf = async (QueueUrl: string) =>
  JSON.parse((await queues.handle("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).body)
    .Attributes;

const deadArn = "arn:aws:sqs:us-east-1:000000000000:deliveries-dead-letters.fifo";
const dead = request("deliveries-dead-letters", {
  sqsManagedSseEnabled: true,
  fifoQueue: true,
  messageRetentionSeconds: 1_209_600,
});
const live = request("deliveries", {
  sqsManagedSseEnabled: true,
  fifoQueue: true,
  visibilityTimeoutSeconds: 60,
  messageRetentionSeconds: 345_600,
  receiveWaitTimeSeconds: 20,
  redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 8 }),
  deduplicationScope: "messageGroup",
  fifoThroughputLimit: "perMessageGroupId",
});

test("makes what the component DurableQueue declares", async () => {
  const letters = await handler.create(dead);
  const queue = await handler.create(live);
  expect(queue.id).toBe("http://127.0.0.1:4566/000000000000/deliveries.fifo");
  expect(queue.outputs).toMatchObject({
    name: "deliveries.fifo",
    arn: "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo",
    url: "http://127.0.0.1:4566/000000000000/deliveries.fifo",
  });
  expect(await attributesOf(queue.id)).toMatchObject({
    FifoQueue: "true",
    VisibilityTimeout: "60",
    MessageRetentionPeriod: "345600",
    ReceiveMessageWaitTimeSeconds: "20",
    MaximumMessageSize: "1048576",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    RedrivePolicy: `{"deadLetterTargetArn":"${deadArn}","maxReceiveCount":8}`,
  });

  const allow = sqsRedriveAllowPolicy({ queues });
  const redriveAllowPolicy = JSON.stringify({
    redrivePermission: "byQueue",
    sourceQueueArns: [queue.outputs.arn],
  });
  const allowed = await allow.create({
    type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    name: "deliveries-dead-letters",
    inputs: { queueUrl: letters.id, redriveAllowPolicy },
  });
  expect((await attributesOf(letters.id)).RedriveAllowPolicy).toBe(redriveAllowPolicy);
  await handler.update(queue, live);
  await expect(handler.create(request("stranger", { ...live.inputs }))).rejects.toThrow(
    'Queue "stranger": Value {"deadLetterTargetArn":',
  );
  await allow.delete(allowed);
  expect(await attributesOf(letters.id)).not.toHaveProperty("RedriveAllowPolicy");
});

describe("an update", () => {
  test("changes attributes in place, and those no longer declared back to their default", async () => {
    const queue = await handler.create(request("plain", { visibilityTimeoutSeconds: 60, delaySeconds: 5 }));
    await handler.update(queue, request("plain", { visibilityTimeoutSeconds: 90 }));
    expect(await attributesOf(queue.id)).toMatchObject({ VisibilityTimeout: "90", DelaySeconds: "0" });
  });

  test.each([
    ["fifoQueue", { fifoQueue: true }],
    ["name", { name: "other" }],
  ])("of %s is refused by name", async (property, change) => {
    const queue = await handler.create(request("plain", {}));
    await expect(handler.update(queue, request("plain", change))).rejects.toThrow(
      `${property} cannot change: the resource must be replaced`,
    );
  });
});

test("deletes the queue", async () => {
  const queue = await handler.create(request("plain", {}));
  await handler.delete(queue);
  await expect(queues.handle("PurgeQueue", { QueueUrl: queue.id })).rejects.toMatchObject({
    code: "QueueDoesNotExist",
  });
  await handler.create(request("plain", {}));
});

test("refuses an input it does not honour, and a second queue of one name", async () => {
  await expect(handler.create(request("plain", { kmsMasterKeyId: "key" }))).rejects.toThrow(
    "input kmsMasterKeyId",
  );
  await handler.create(request("plain", {}));
  await expect(handler.create(request("twin", { name: "plain" }))).rejects.toThrow(
    "already is a queue plain",
  );
});

test("sets, changes and removes a queue policy, which stays with its queue", async () => {
  const [one, two] = [await handler.create(request("one", {})), await handler.create(request("two", {}))];
  const policies = sqsQueuePolicy({ queues });
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const changed = '{"Version":"2012-10-17","Id":"changed","Statement":[]}';
  const on = (queueUrl: string, text = policy) => ({
    type: "aws:sqs/queuePolicy:QueuePolicy",
    name: "p",
    inputs: { queueUrl, policy: text },
  });
  const policiesOf = (QueueUrl: string) => queues.accessOf("PurgeQueue", { QueueUrl }).resourcePolicies;

  const made = await policies.create(on(one.id));
  expect(policiesOf(one.id)).toEqual([policy]);
  await policies.update(made, on(one.id, changed));
  expect(policiesOf(one.id)).toEqual([changed]);
  await expect(policies.update(made, on(two.id))).rejects.toThrow("queueUrl cannot change");
  expect(policiesOf(two.id)).toEqual([]);
  await policies.delete(made);
  expect(policiesOf(one.id)).toEqual([]);
  await expect(policies.create(on("http://127.0.0.1:4566/000000000000/none"))).rejects.toThrow(
    'QueuePolicy "p": The specified queue does not exist.',
  );
});
