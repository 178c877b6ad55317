import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { PutItemCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { shardOf } from "../../../functions/shared/shard.ts";
import { dynamoDuePairs } from "../../../functions/signaling/due-pairs.ts";
import { newPair } from "../../../functions/signaling/pair-state.ts";
import { dynamoPairs } from "../../../functions/signaling/pairs.ts";
import type { WaitingFrame } from "../../../functions/signaling/waiting-frame.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { allPages } from "./all-pages.ts";

const now = 1_800_000_000_000;
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const pairs = () => dynamoPairs(local.client, "pairs", straight);
const due = (shard: number, at: number) =>
  allPages(dynamoDuePairs(local.client, "pairs", straight).due(shard, at));
const frame = (frameId: string, expiresAt: number): WaitingFrame => ({
  frameId,
  action: "SDP_OFFER",
  frame: "{}",
  sentAt: now,
  expiresAt,
  ufrags: [],
});

test("a pair is due in the second in which the first of its frames is past its time, in its recipient's shard", async () => {
  const shard = shardOf("acme#lobby#MASTER");
  const before = await pairs().read(pair);
  await pairs().append(pair, before, frame("a", now + 60_001), now);
  await pairs().append(pair, before, frame("b", now + 90_000), now);
  expect(await due(shard, 1_800_000_060)).toEqual([]);
  expect(await due(shard, 1_800_000_061)).toEqual([pair]);
  expect(await due((shard + 1) % 4, 1_800_000_061)).toEqual([]);
});

test("a pair in which nothing waits any more is not due", async () => {
  const shard = shardOf("acme#lobby#MASTER");
  await pairs().append(pair, await pairs().read(pair), frame("a", now + 60_000), now);
  await pairs().write(pair, await pairs().read(pair), { state: newPair, waiting: [] }, now);
  expect(await due(shard, 1_900_000_000)).toEqual([]);
});

test("they are read over all pages", async () => {
  // What the index does not carry still counts for the size of dynalite's pages.
  for (let number = 0; number < 5; number += 1) {
    await local.client.send(
      new PutItemCommand({
        TableName: "pairs",
        Item: {
          recipient: { S: `acme#lobby#${"x".repeat(1_000)}` },
          sender: { S: `p${number}` },
          filler: { S: "x".repeat(300_000) },
          shard: { N: "1" },
          dueAt: { N: "1800000000" },
        },
      }),
    );
  }
  expect((await due(1, 1_800_000_000)).map(({ sender }) => sender).sort()).toEqual([
    "p0",
    "p1",
    "p2",
    "p3",
    "p4",
  ]);
});

test("a table that fails is a fault", async () => {
  const failing = dynamoDuePairs(local.client, "no-table", straight).due(1, 1);
  await expect(allPages(failing)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
