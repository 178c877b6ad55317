import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import { tablesForEachTest } from "./running-tables.ts";

const db = tablesForEachTest();
const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/pairs";
const projection = { ProjectionType: "INCLUDE", NonKeyAttributes: ["waitingFrames"] };
const localIndex = (change: object = {}) => ({
  IndexName: "waiting",
  KeySchema: [
    { AttributeName: "recipient", KeyType: "HASH" },
    { AttributeName: "waitingUntil", KeyType: "RANGE" },
  ],
  Projection: projection,
  ...change,
});
/** A table as the program declares it: two keys, a local and a global index. */
const pairsTable = (localIndexes: readonly object[] = [localIndex()]) => ({
  name: "pairs",
  arn,
  createTable: {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "recipient", KeyType: "HASH" },
      { AttributeName: "sender", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "recipient", AttributeType: "S" },
      { AttributeName: "sender", AttributeType: "S" },
      { AttributeName: "shard", AttributeType: "N" },
      ...(localIndexes.length > 0 ? [{ AttributeName: "waitingUntil", AttributeType: "N" }] : []),
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "due",
        KeySchema: [{ AttributeName: "shard", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
  },
  deletionProtection: false,
});
beforeEach(() => db.tables.putTable(pairsTable()));

const put = (sender: string, waitingUntil?: number, recipient = "bob") =>
  db.client.send(
    new PutItemCommand({
      TableName: "pairs",
      Item: {
        ...{ recipient: { S: recipient }, sender: { S: sender }, state: { S: "secret" }, shard: { N: "1" } },
        ...(waitingUntil !== undefined && {
          waitingUntil: { N: String(waitingUntil) },
          waitingFrames: { N: "2" },
        }),
      },
    }),
  );
const query = (more: object = {}) =>
  new QueryCommand({
    TableName: "pairs",
    IndexName: "waiting",
    ConsistentRead: true,
    KeyConditionExpression: "recipient = :r",
    ExpressionAttributeValues: { ":r": { S: "bob" } },
    ...more,
  });
const found = async (more?: object) => (await db.client.send(query(more))).Items ?? [];

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
describe("a local index", () => {
  test("holds the rows of one partition key that have its sort key, by that, with what it carries", async () => {
    await put("late", 30);
    await put("none");
    await put("early", 10);
    await put("other", 20, "eve");
    const row = (sender: string, until: number) => ({
      recipient: { S: "bob" },
      sender: { S: sender },
      waitingUntil: { N: String(until) },
      waitingFrames: { N: "2" },
    });
    expect(await found()).toEqual([row("early", 10), row("late", 30)]);
  });

  test("is read consistently: each write is seen by the next query, and no row is left behind", async () => {
    await put("ada", 10);
    expect(await found()).toHaveLength(1);
    const remove = new UpdateItemCommand({
      TableName: "pairs",
      Key: { recipient: { S: "bob" }, sender: { S: "ada" } },
      UpdateExpression: "REMOVE waitingUntil",
    });
    await db.client.send(remove);
    expect(await found()).toEqual([]);
    await put("ada", 11);
    expect(await found()).toMatchObject([{ waitingUntil: { N: "11" } }]);
  });

  test("always has a row whose key in it changes: a query beside the write sees the old or the new", async () => {
    await put("ada", 10);
    const until = (at: number) =>
      db.client.send(
        new UpdateItemCommand({
          TableName: "pairs",
          Key: { recipient: { S: "bob" }, sender: { S: "ada" } },
          UpdateExpression: "SET waitingUntil = :at",
          ExpressionAttributeValues: { ":at": { N: String(at) } },
        }),
      );
    let writing = true;
    const counts = new Set<number>();
    const readers = Array.from({ length: 4 }, async () => {
      while (writing) counts.add((await found()).length);
    });
    for (let at = 11; at < 111; at += 1) await until(at);
    writing = false;
    await Promise.all(readers);
    expect([...counts]).toEqual([1]);
  });

  // AWS would fetch it from the table.
  test("gives nothing that it does not carry", async () => {
    await put("ada", 10);
    const names = { ExpressionAttributeNames: { "#s": "state" } };
    expect(await found({ ProjectionExpression: "sender, #s", ...names })).toEqual([{ sender: { S: "ada" } }]);
  });

  test("may hold two rows of one sort key", async () => {
    await put("ada", 10);
    await put("eve", 10);
    expect((await found()).map(({ sender }) => sender?.S).sort()).toEqual(["ada", "eve"]);
  });
});

test("a global index cannot be read consistently", async () => {
  const global = query({
    IndexName: "due",
    KeyConditionExpression: "shard = :s",
    ExpressionAttributeValues: { ":s": { N: "1" } },
  });
  await expect(db.client.send(global)).rejects.toMatchObject({ name: "ValidationException" });
});

test("a query of a local index asks IAM for that index, and for the partition key", () => {
  const { action, resources, context } = db.tables.accessOf("Query", {
    TableName: "pairs",
    IndexName: "waiting",
    KeyConditionExpression: "recipient = :r AND waitingUntil > :t",
    ExpressionAttributeValues: { ":r": { S: "bob" }, ":t": { N: "1" } },
  });
  expect([action, resources]).toEqual(["dynamodb:Query", [`${arn}/index/waiting`]]);
  expect(context["dynamodb:LeadingKeys"]).toEqual(["bob"]);
  expect(context["dynamodb:Attributes"]).toEqual(expect.arrayContaining(["recipient", "waitingUntil"]));
});

describe("a data folder", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "tables-"));
  });
  afterEach(() => rm(path, { recursive: true }));

  async function reopened(table: ReturnType<typeof pairsTable>): Promise<void> {
    const kept = await createTables({ clock: db.clock, path });
    try {
      await kept.putTable(table);
    } finally {
      await kept.stop();
    }
  }

  test("is taken again by a table with the same local indexes, in any order", async () => {
    const other = localIndex({ IndexName: "other" });
    await reopened(pairsTable([localIndex(), other]));
    await reopened(pairsTable([other, localIndex()]));
  });

  test.each([
    ["none", []],
    ["another name", [localIndex({ IndexName: "pending" })]],
    ["another projection", [localIndex({ Projection: { ProjectionType: "KEYS_ONLY" } })]],
    ["one more", [localIndex(), localIndex({ IndexName: "more" })]],
  ])("refuses a program whose table has %s, naming both", async (_, localIndexes) => {
    await reopened(pairsTable());
    await expect(reopened(pairsTable(localIndexes))).rejects.toThrow(
      /pairs holds rows with keys .*local index waiting: keys recipient \(S\), waitingUntil \(N\), projection INCLUDE waitingFrames.* declares keys /,
    );
  });
});
