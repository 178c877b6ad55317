import { expect, test } from "@jest/globals";
import type { Segment } from "../../../local/xray/segment.ts";
import { type TraceNode, traceTrees } from "../../../local/xray/trace-tree.ts";

const id = (digit: string) => digit.repeat(16);
const own = "1-6b49d200-000000000000000000000001";
const other = "1-6b49d200-000000000000000000000002";
let second = 0;
const times = () => ({ start_time: ++second, end_time: second + 0.005 });

const frame: Segment = {
  ...times(),
  id: id("a"),
  trace_id: own,
  name: "RelayServer",
  origin: "AWS::Lambda::Function",
};
const relayed: Segment = {
  ...{ ...times(), type: "subsegment", trace_id: own, parent_id: id("a"), id: id("b"), name: "frame" },
  annotations: { outcome: "queued" },
  subsegments: [
    {
      ...times(),
      id: id("1"),
      name: "DynamoDB",
      namespace: "aws",
      aws: { operation: "GetItem", table_name: "peers" },
    },
    {
      ...{ ...times(), id: id("c"), name: "SQS", namespace: "aws" },
      aws: { operation: "SendMessage", queue_url: "https://sqs.test/1/deliveries.fifo" },
    },
  ],
};
const worker: Segment = { ...times(), id: id("d"), trace_id: other, name: "DeliveryWorker" };
const delivered: Segment = {
  ...{ ...times(), type: "subsegment", trace_id: other, parent_id: id("d"), id: id("e"), name: "delivery" },
  annotations: { origin: own, sentBy: id("c") },
};
const ofNobody: Segment = {
  ...{ ...times(), type: "subsegment", trace_id: other, parent_id: id("d"), id: id("f"), name: "delivery" },
  annotations: { origin: "1-6b49d200-000000000000000000000009", sentBy: id("9") },
};
const extended: Segment = {
  ...{ ...times(), type: "subsegment", trace_id: other, parent_id: id("d"), id: id("2"), name: "SQS" },
  ...{ namespace: "aws", throttle: true, error: true, aws: { operation: "ChangeMessageVisibility" } },
  cause: { exceptions: [{ id: id("3"), type: "ThrottlingException" }] },
};

const names = (nodes: readonly TraceNode[]): unknown[] =>
  nodes.map(({ name, operation, children }) => [operation ?? name, ...names(children)]);

test("work for a message stands below the call that sent it, within its function", () => {
  for (const segments of [
    [frame, relayed, worker, delivered],
    [delivered, worker, relayed, frame],
  ]) {
    expect(names(traceTrees(segments))).toEqual([
      ["RelayServer", ["frame", ["GetItem"], ["SendMessage", ["DeliveryWorker", ["delivery"]]]]],
    ]);
  }
});

test("of a batch each message's work stands where it belongs", () => {
  expect(names(traceTrees([frame, relayed, worker, delivered, ofNobody]))).toEqual([
    ["RelayServer", ["frame", ["GetItem"], ["SendMessage", ["DeliveryWorker", ["delivery"]]]]],
    ["DeliveryWorker", ["delivery"]],
  ]);
});

test("work whose function's segment has not come yet stands by itself", () => {
  expect(names(traceTrees([delivered]))).toEqual([["delivery"]]);
  expect(names(traceTrees([frame, relayed, delivered]))).toEqual([
    ["RelayServer", ["frame", ["GetItem"], ["SendMessage", ["delivery"]]]],
  ]);
});

test("a call says what it did, to what, and how it ended", () => {
  const [node] = traceTrees([extended]);
  expect(node).toEqual({
    ...{ name: "SQS", traceId: other, startedAt: extended.start_time * 1_000, durationMs: 5 },
    ...{
      operation: "ChangeMessageVisibility",
      outcome: "throttle",
      exception: "ThrottlingException",
      children: [],
    },
  });
  expect(traceTrees([frame, relayed])[0]?.children[0]?.children[1]).toMatchObject({
    resource: "deliveries.fifo",
  });
});

test("segments that name each other are no endless tree", () => {
  const loop = (one: string, two: string): Segment => ({
    ...{ ...times(), trace_id: own, id: id(one), parent_id: id(two), name: "loop" },
  });
  expect(traceTrees([loop("1", "2"), loop("2", "1")])).toEqual([]);
  const called = { ...loop("5", "6"), annotations: { sentBy: id("6") } };
  const caller = { ...loop("6", "5"), annotations: { sentBy: id("5") } };
  expect(traceTrees([called, caller])).toEqual([]);
});
