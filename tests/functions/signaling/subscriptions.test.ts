import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import {
  dynamoSubscriptions,
  type Subscriber,
  subscriberOf,
  topicKey,
} from "../../../functions/signaling/subscriptions.ts";
import { anyCodePoint } from "../../any-code-point.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";

const now = 1_800_000_000_000;
const ada = subscriberOf({ tenant: "acme", channel: "lobby" }, "c-ada", now + 999);
const bob = { ...ada, connectionId: "c-bob" };
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const subscriptions = () => dynamoSubscriptions(local.client, "topics", straight);
const rows = async () => (await local.client.send(new ScanCommand({ TableName: "topics" }))).Items;
const subscribers = (of: Subscriber, topic: string, at = now) =>
  subscriptions().subscribersOf(of.channel, topic, at);

describe("a subscription", () => {
  test("is a row of its topic, and a place of its connection, until API Gateway's two hours are over", async () => {
    expect(await subscriptions().takePlace(ada, "room")).toBe("taken");
    expect(await subscriptions().enter(ada, "room")).toBe("new");
    expect(
      (await rows())?.toSorted((one, other) => (String(one.topic?.S) < String(other.topic?.S) ? -1 : 1)),
    ).toEqual([
      {
        topic: { S: "acme#lobby" },
        connectionId: { S: "c-ada" },
        // printf room | sha256sum | cut -c1-16
        places: { SS: ["1f1c5b2fad778434"] },
        expiresAt: { N: "1800007800" },
        v: { N: "1" },
      },
      {
        topic: { S: "acme#lobby#room" },
        connectionId: { S: "c-ada" },
        expiresAt: { N: "1800007800" },
        v: { N: "1" },
      },
    ]);
  });

  test("is found with the others of its topic, and of no other", async () => {
    await subscriptions().enter(ada, "room");
    expect(await subscriptions().enter(ada, "room")).toBe("known");
    await subscriptions().enter(bob, "room");
    await subscriptions().enter(bob, "other");
    const elsewhere = { ...ada, channel: "globex#lobby" };
    await subscriptions().enter(elsewhere, "room");
    expect(await subscribers(ada, "room")).toEqual(["c-ada", "c-bob"]);
    expect(await subscribers(ada, "other")).toEqual(["c-bob"]);
    expect(await subscribers(elsewhere, "room")).toEqual(["c-ada"]);
    expect(await subscribers(ada, "nobody's")).toEqual([]);
  });

  test("is no longer found once its row has expired, though DynamoDB still has it", async () => {
    await subscriptions().enter(ada, "room");
    expect(await subscribers(ada, "room", now + 7_799_999)).toEqual(["c-ada"]);
    expect(await subscribers(ada, "room", now + 7_800_000)).toEqual([]);
  });

  test("ends for its own connection only, and twice as well as once", async () => {
    await subscriptions().enter(ada, "room");
    await subscriptions().enter(bob, "room");
    await subscriptions().leave(ada, "room");
    await subscriptions().leave(ada, "room");
    expect(await subscribers(ada, "room")).toEqual(["c-bob"]);
  });

  test("may be to a topic of 256 bytes in a channel and tenant with the longest names", async () => {
    const far = subscriberOf({ tenant: "t".repeat(64), channel: "c".repeat(256) }, "c-ada", now);
    await subscriptions().enter(far, "é".repeat(128));
    expect(await subscribers(far, "é".repeat(128))).toEqual(["c-ada"]);
  });
});

test("the subscribers are read over all pages", async () => {
  // Connection ids of 1,000 characters make a page of 1 MB full.
  const ids = Array.from({ length: 1_100 }, (_, index) => `${index}-${"x".repeat(1_000)}`);
  for (const connectionId of ids) await subscriptions().enter({ ...ada, connectionId }, "room");
  expect((await subscribers(ada, "room")).toSorted()).toEqual(ids.toSorted());
}, 60_000);

describe("the places of a connection", () => {
  test("are 32, each for one topic, and free again when given back", async () => {
    for (let index = 0; index < 32; index++) {
      expect(await subscriptions().takePlace(ada, `topic-${index}`)).toBe("taken");
    }
    expect(await subscriptions().takePlace(ada, "one-more")).toBe("full");
    expect(await subscriptions().takePlace(ada, "topic-7")).toBe("taken");
    expect(await subscriptions().takePlace(bob, "one-more")).toBe("taken");
    await subscriptions().freePlace(ada, "topic-7");
    expect(await subscriptions().takePlace(ada, "one-more")).toBe("taken");
    expect(await subscriptions().takePlace(ada, "topic-7")).toBe("full");
  });

  test("are not made by giving back one that there is not", async () => {
    await subscriptions().freePlace(ada, "room");
    expect(await rows()).toEqual([]);
    await subscriptions().takePlace(ada, "room");
    await subscriptions().freePlace(ada, "other");
    await subscriptions().freePlace(ada, "room");
    await subscriptions().freePlace(ada, "room");
    expect(await subscriptions().takePlace(ada, "room")).toBe("taken");
  });

  test("are taken once each, however many are taken at a time", async () => {
    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, index) => subscriptions().takePlace(ada, `topic-${index}`)),
    );
    expect(taken.filter((place) => place === "taken")).toHaveLength(32);
  });
});

test("a table that fails is a fault of every call", async () => {
  const failing = dynamoSubscriptions(local.client, "no-table", straight);
  const notFound = { name: "ResourceNotFoundException" };
  await expect(failing.takePlace(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.freePlace(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.enter(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.leave(ada, "room")).rejects.toMatchObject(notFound);
  await expect(failing.subscribersOf(ada.channel, "room", now)).rejects.toMatchObject(notFound);
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
        topicKey(subscriberOf({ tenant, channel }, "c", 0).channel, topic);
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
