import { expect, test } from "@jest/globals";
import {
  type Handled,
  handleInOrder,
  type QueueRecord,
  serveByGroup,
} from "../../../functions/shared/fifo-batch.ts";

const record = (messageId: string, MessageGroupId: string, ApproximateReceiveCount = "1") => ({
  ...{ messageId, receiptHandle: `r-${messageId}`, body: "{}" },
  attributes: { ApproximateReceiveCount, MessageGroupId },
});
const ids = (records: readonly QueueRecord[]) => records.map(({ messageId }) => messageId);

test("each group is served by itself, in its order, and what comes back is named", async () => {
  const served: string[][] = [];
  const Records = [record("1", "a"), record("2", "b"), record("3", "a", "7"), record("4", "b")];
  const response = await serveByGroup({ Records }, async (records) => {
    served.push(ids(records));
    return records.filter(({ attributes }) => attributes.ApproximateReceiveCount === 7);
  });
  expect(served).toEqual([
    ["1", "3"],
    ["2", "4"],
  ]);
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "3" }] });
});

test("groups do not wait for each other", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const Records = [record("1", "a"), record("2", "b")];
  await serveByGroup({ Records }, async ([first]) => {
    if (first?.messageId === "2") resolve();
    else await promise;
    return [];
  });
});

test.each([
  ["nothing", undefined],
  ["no records", {}],
  ["a message without a group", { Records: [{ ...record("1", "a"), attributes: {} }] }],
  ["a count that is none", { Records: [record("1", "a", "many")] }],
])("%s is a fault", async (_, event) => {
  await expect(serveByGroup(event, async () => [])).rejects.toMatchObject({ code: "event_malformed" });
});

const queued = (messageId: string, ApproximateReceiveCount: number): QueueRecord => ({
  ...{ messageId, receiptHandle: `r-${messageId}`, body: "{}" },
  attributes: { ApproximateReceiveCount, MessageGroupId: "a" },
});

/** What came of a group's messages, whose handling comes to these. */
async function inOrder(handled: readonly Handled[], counts: readonly number[] = []) {
  const blocked: boolean[] = [];
  const postponed: unknown[] = [];
  const records = handled.map((_, index) => queued(String(index + 1), counts[index] ?? 1));
  const receipts = {
    postpone: async (receipt: string, seconds: number) => {
      postponed.push([receipt, seconds]);
      if (receipt === "r-1") throw new Error("SQS does not answer");
    },
  };
  const returning = await handleInOrder(
    records,
    { receipts, longestPause: 60 },
    async (record, isBlocked) => {
      blocked.push(isBlocked);
      return handled[Number(record.messageId) - 1] ?? "done";
    },
  );
  return { returning: ids(returning), blocked, postponed };
}

test("from the first message on that must come back all others are blocked", async () => {
  expect(await inOrder(["done", "again", "again"])).toMatchObject({
    ...{ returning: ["2", "3"], blocked: [false, false, true] },
  });
});

test("one that is unreadable comes back until it is a dead letter, and blocks nobody", async () => {
  expect(await inOrder(["unreadable", "done"])).toMatchObject({
    ...{ returning: ["1"], blocked: [false, false] },
  });
});

test("what comes back does so after 1, 2, 4 … seconds and at most the longest pause, whatever SQS says", async () => {
  const { postponed } = await inOrder(["again", "again", "again", "again"], [1, 2, 3, 9]);
  expect(postponed).toEqual([
    ["r-1", 1],
    ["r-2", 2],
    ["r-3", 4],
    ["r-4", 60],
  ]);
});
