import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import { withSendersTrace } from "../../../local/sqs/message-trace.ts";
import { putQueue, queuesForEachTest, receive, send } from "./running-queues.ts";

const sqs = queuesForEachTest();
const header =
  "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0";
const withTrace = (StringValue: string) => ({
  MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue } },
});
const all = { MessageSystemAttributeNames: ["All" as const], MessageAttributeNames: ["All"] };

test("a message carries its sender's trace header, which is none of its attributes and counts for no size", async () => {
  const queue = await putQueue(sqs, "plain", { MaximumMessageSize: "1024" });
  await send(sqs, queue, "x".repeat(1024), withTrace(header));
  const attribute = { DataType: "String", StringValue: "alice" };
  await send(sqs, queue, "named", { ...withTrace(header), MessageAttributes: { Name: attribute } });
  const [long, named] = await receive(sqs, queue, all);
  expect([long?.Attributes?.AWSTraceHeader, long?.MessageAttributes]).toEqual([header, undefined]);
  expect([named?.Attributes?.AWSTraceHeader, named?.MessageAttributes]).toEqual([
    header,
    { Name: attribute },
  ]);
});

test("a message without one has none", async () => {
  const queue = await putQueue(sqs, "plain");
  await send(sqs, queue, "hello");
  const [message] = await receive(sqs, queue, all);
  expect(message?.Attributes).not.toHaveProperty("AWSTraceHeader");
});

test("a header that is none is refused", async () => {
  const queue = await putQueue(sqs, "plain");
  await expect(send(sqs, queue, "hello", withTrace("a trace"))).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: expect.stringContaining("expected an X-Ray trace header"),
  });
});

test("it outlives a restart", async () => {
  const path = await mkdtemp(join(tmpdir(), "queues-"));
  const open = () => createQueues({ clock: new AdvanceableClock(), path, baseUrl: () => sqs.url });
  await sqs.queues.stop();
  sqs.queues = await open();
  const queue = await putQueue(sqs, "kept.fifo");
  await send(sqs, queue, "hello", withTrace(header));
  await sqs.queues.stop();
  sqs.queues = await open();
  await putQueue(sqs, "kept.fifo");
  const [message] = await receive(sqs, queue, all);
  expect([message?.Attributes?.AWSTraceHeader, message?.MessageAttributes]).toEqual([header, undefined]);
  await sqs.queues.stop();
  await rm(path, { recursive: true });
});

test("the header of the request is that of each message which has none of its own", () => {
  const own = { MessageBody: "a", ...withTrace("Root=1-own") };
  const given = { MessageBody: "b" };
  expect(withSendersTrace(given, header)).toEqual({ MessageBody: "b", ...withTrace(header) });
  expect(withSendersTrace(own, header)).toEqual(own);
  expect(withSendersTrace({ Entries: [own, given] }, header)).toEqual({
    Entries: [own, { MessageBody: "b", ...withTrace(header) }],
  });
  const others = [{ QueueUrl: "x" }, { Entries: [{ ReceiptHandle: "x" }] }, "text", null, { Entries: "x" }];
  expect(others.map((request) => withSendersTrace(request, header))).toEqual(others);
  expect(withSendersTrace(given, undefined)).toEqual(given);
});
