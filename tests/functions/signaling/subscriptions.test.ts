import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { GetItemCommand, ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoSubscriptions, subscriberOf } from "../../../functions/signaling/subscriptions.ts";
import { topicKey } from "../../../functions/signaling/topic-rows.ts";
import { anyCodePoint } from "../../any-code-point.ts";
import { subscriptionsContract } from "../../contracts/subscriptions.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { memorySubscriptions } from "./memory-subscriptions.ts";

const now = 1_800_000_000_000;
const ada = subscriberOf({ tenant: "acme", channel: "lobby" }, "c-ada", now + 999);
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const rows = async () => (await local.client.send(new ScanCommand({ TableName: "topics" }))).Items;
subscriptionsContract("in memory, as the other tests use it", async () => ({
  subscriptions: memorySubscriptions().subscriptions,
  close: async () => {},
}));

subscriptionsContract("in the local cloud's DynamoDB", async () => {
  const { client, close } = await localTables();
  return { subscriptions: dynamoSubscriptions(client, "topics", straight), close };
});

describe("in DynamoDB", () => {
  test("a topic has one row with its subscribers, and each of these one with its places, for 2 hours and 10 minutes", async () => {
    const store = dynamoSubscriptions(local.client, "topics", straight);
    await store.takePlace(ada, "room");
    await store.enter(ada, "room", now);
    await store.takeTurn({ ...ada, connectionId: "c-bob" }, "room", now + 60_000);
    expect(
      (await rows())?.toSorted((one, other) => (String(one.topic?.S) < String(other.topic?.S) ? -1 : 1)),
    ).toEqual([
      {
        topic: { S: "acme#lobby" },
        connectionId: { S: "c-ada" },
        // printf room | sha256sum | cut -c1-16
        places: { SS: ["1f1c5b2fad778434"] },
        expiresAt: { N: "1800007800" },
        v: { N: "2" },
      },
      {
        topic: { S: "acme#lobby#room" },
        connectionId: { S: "*" },
        since: { M: { "c-ada": { N: "1800000000000" }, "c-bob": { N: "1800000060000" } } },
        turns: { M: { "c-bob": { N: "1" } } },
        nextTurn: { N: "2" },
        expiresAt: { N: "1800007860" },
        v: { N: "2" },
      },
    ]);
  });

  test("giving back a place that there is not makes no row, and ending a subscription neither", async () => {
    const store = dynamoSubscriptions(local.client, "topics", straight);
    await store.freePlace(ada, "room");
    await store.leave(ada, "room");
    expect(await rows()).toEqual([]);
  });

  test("a row of 50 subscribers is read with one unit of capacity", async () => {
    const store = dynamoSubscriptions(local.client, "topics", straight);
    const idOf = (index: number) => `JKJaX${String(index).padStart(2, "0")}PLvHcESHA=`;
    for (let index = 0; index < 50; index++)
      await store.takeTurn({ ...ada, connectionId: idOf(index) }, "room", now);
    const units = await local.client.send(
      new GetItemCommand({
        TableName: "topics",
        Key: { topic: { S: "acme#lobby#room" }, connectionId: { S: "*" } },
        ConsistentRead: true,
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(units.ConsumedCapacity?.CapacityUnits).toBe(1);
  });
});

test("a table that fails is a fault of every call", async () => {
  const failing = dynamoSubscriptions(local.client, "no-table", straight);
  const notFound = { name: "ResourceNotFoundException" };
  await expect(failing.takePlace(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.freePlace(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.enter(ada, "room", now)).rejects.toMatchObject(notFound);
  await expect(failing.takeTurn(ada, "room", now)).rejects.toMatchObject(notFound);
  await expect(failing.leave(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.subscriptionsOf(ada.channel, "room", now)).rejects.toMatchObject(notFound);
});

const name = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,8}$/);
const scope = fc.record({
  tenant: name,
  channel: name,
  topic: fc.string({ unit: anyCodePoint, minLength: 1, maxLength: 8 }),
});

test("two topics share a key only when tenant, channel and name are the same, and none has a channel's", () => {
  fc.assert(
    fc.property(scope, scope, (one, other) => {
      const keyOf = ({ tenant, channel, topic }: typeof one) =>
        topicKey({ channel: subscriberOf({ tenant, channel }, "c", 0).channel, topic });
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(keyOf(one) === keyOf(other)).toBe(same);
      expect(keyOf(one)).not.toBe(subscriberOf(other, "c", 0).channel);
    }),
    {
      numRuns: 1_000,
      examples: [
        [
          { tenant: "a", channel: "b", topic: "c" },
          { tenant: "a", channel: "b", topic: "#c" },
        ],
      ],
    },
  );
});
