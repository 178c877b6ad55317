import { expect, test } from "@jest/globals";
import { type QueueRecord, serveByGroup } from "../../../functions/shared/fifo-batch.ts";

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
