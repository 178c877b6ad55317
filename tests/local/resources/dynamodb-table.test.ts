import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { dynamodbTable } from "../../../local/resources/dynamodb-table.ts";
import type { ResourceHandler } from "../../../local/resources/resource-handler.ts";

let clock: AdvanceableClock;
let tables: Tables;
let handler: ResourceHandler;
beforeEach(async () => {
  clock = new AdvanceableClock(() => 0);
  tables = await createTables({ clock });
  handler = dynamodbTable({ tables });
});
afterEach(() => tables.stop());

/** What the component TtlTable declares. */
const inputs = {
  billingMode: "PAY_PER_REQUEST",
  onDemandThroughput: { maxReadRequestUnits: 4_000, maxWriteRequestUnits: 4_000 },
  hashKey: "channel",
  rangeKey: "clientId",
  attributes: [
    { name: "channel", type: "S" },
    { name: "clientId", type: "S" },
    { name: "shard", type: "N" },
    { name: "waitingUntil", type: "N" },
  ],
  globalSecondaryIndexes: [
    { name: "byShard", hashKey: "shard", projectionType: "INCLUDE", nonKeyAttributes: ["connectionId"] },
  ],
  localSecondaryIndexes: [
    { name: "waiting", rangeKey: "waitingUntil", projectionType: "INCLUDE", nonKeyAttributes: ["frames"] },
    { name: "bare", rangeKey: "waitingUntil", projectionType: "KEYS_ONLY" },
  ],
  ttl: { attributeName: "expiresAt", enabled: true },
  serverSideEncryption: { enabled: true },
  pointInTimeRecovery: { enabled: true },
  deletionProtectionEnabled: true,
};
const request = (changes: object = {}) => ({
  type: "aws:dynamodb/table:Table",
  name: "peers",
  inputs: { ...inputs, ...changes },
});
const call = async (operation: string) =>
  JSON.parse((await tables.handle(operation, { TableName: "peers" })).body);

test("makes the declared table, with its indexes, its TTL and its protection", async () => {
  const { id, outputs } = await handler.create(request());
  expect(id).toBe("peers");
  expect(outputs).toMatchObject({
    name: "peers",
    arn: "arn:aws:dynamodb:us-east-1:000000000000:table/peers",
    streamArn: "",
    serverSideEncryption: { enabled: true },
  });
  expect((await call("DescribeTable")).Table).toMatchObject({
    TableStatus: "ACTIVE",
    DeletionProtectionEnabled: true,
    KeySchema: [
      { AttributeName: "channel", KeyType: "HASH" },
      { AttributeName: "clientId", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byShard",
        KeySchema: [{ AttributeName: "shard", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["connectionId"] },
      },
    ],
  });
  const { LocalSecondaryIndexes } = (await call("DescribeTable")).Table;
  const key = [
    { AttributeName: "channel", KeyType: "HASH" },
    { AttributeName: "waitingUntil", KeyType: "RANGE" },
  ];
  expect(LocalSecondaryIndexes).toHaveLength(2);
  expect(LocalSecondaryIndexes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        IndexName: "waiting",
        KeySchema: key,
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["frames"] },
      }),
      expect.objectContaining({
        IndexName: "bare",
        KeySchema: key,
        Projection: { ProjectionType: "KEYS_ONLY" },
      }),
    ]),
  );
  expect((await call("DescribeTimeToLive")).TimeToLiveDescription.AttributeName).toBe("expiresAt");
});

describe("an update", () => {
  test("changes Time to Live and protection in place", async () => {
    const table = await handler.create(request());
    const off = { deletionProtectionEnabled: false, ttl: { attributeName: "expiresAt", enabled: false } };
    const updated = await handler.update(table, request(off));
    expect((await call("DescribeTimeToLive")).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: "DISABLED",
    });
    await handler.delete(updated);
    expect((await call("DescribeTable")).__type).toContain("ResourceNotFoundException");
  });

  test("changes global indexes in place, and keeps the rows", async () => {
    const table = await handler.create(request());
    const row = {
      channel: { S: "lobby" },
      clientId: { S: "ada" },
      shard: { N: "1" },
      waitingUntil: { N: "2" },
    };
    await tables.handle("PutItem", { TableName: table.id, Item: row });
    const byShard = {
      name: "by-shard",
      hashKey: "shard",
      rangeKey: "waitingUntil",
      projectionType: "ALL",
    };
    await handler.update(table, request({ globalSecondaryIndexes: [byShard] }));
    const found = await tables.handle("Query", {
      TableName: table.id,
      IndexName: "by-shard",
      KeyConditionExpression: "#shard = :one",
      ExpressionAttributeNames: { "#shard": "shard" },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    });
    expect(JSON.parse(found.body).Items).toEqual([row]);
  });

  test.each([
    ["hashKey", { hashKey: "clientId", rangeKey: "channel" }],
    ["localSecondaryIndexes", { localSecondaryIndexes: inputs.localSecondaryIndexes.slice(1) }],
    ["localSecondaryIndexes", { localSecondaryIndexes: [] }],
    ["name", { name: "others" }],
  ])("of %s is refused by name", async (property, change) => {
    const table = await handler.create(request());
    await expect(handler.update(table, request(change))).rejects.toThrow(
      `${property} cannot change: the resource must be replaced`,
    );
  });
});

test("does not delete a protected table", async () => {
  const table = await handler.create(request());
  await expect(handler.delete(table)).rejects.toThrow("protected against deletion");
});

test.each([
  ["streamEnabled", { streamEnabled: true }],
  ["billingMode", { billingMode: "PROVISIONED" }],
])("refuses the input %s, which it does not honour", async (input, change) => {
  await expect(handler.create(request(change))).rejects.toThrow(`input ${input}`);
});

test.each([
  [
    "a partition key of its own",
    { hashKey: "shard" },
    'Table "peers": input localSecondaryIndexes.0.hashKey',
  ],
  ["no sort key", { rangeKey: undefined }, 'Table "peers": input localSecondaryIndexes.0.rangeKey'],
  ["an unknown projection", { projectionType: "SOME" }, "input localSecondaryIndexes.0.projectionType"],
  ["a sort key that is not declared", { rangeKey: "nowhere" }, "nowhere"],
])("refuses a local index with %s", async (_, change, message) => {
  const [index] = inputs.localSecondaryIndexes;
  const bent = request({ localSecondaryIndexes: [{ ...index, ...change }] });
  await expect(handler.create(bent)).rejects.toThrow(message);
});

describe("a table that begins as another one was", () => {
  const restore = { restoreSourceName: "peers", restoreDateTime: "1970-01-01T00:01:00Z" };
  const row = { channel: { S: "lobby" }, clientId: { S: "ada" } };

  test("stands beside it under a name of its own, with its rows, and is not protected yet", async () => {
    await handler.create(request());
    await tables.handle("PutItem", { TableName: "peers", Item: row });
    await clock.advance(600_000);
    const { id, outputs } = await handler.create(request(restore));
    expect(id).toMatch(/^peers-[0-9a-f]{7}$/);
    expect(JSON.parse((await tables.handle("Scan", { TableName: id })).body).Items).toEqual([row]);
    expect(outputs).toMatchObject(restore);
    expect((await handler.read({ id, outputs }))?.outputs.deletionProtectionEnabled).toBe(false);
    const updated = await handler.update({ id, outputs }, request(restore));
    await expect(handler.delete(updated)).rejects.toThrow("protected against deletion");
    await expect(handler.update(updated, request())).rejects.toThrow(
      "restoreSourceName cannot change: the resource must be replaced",
    );
  });

  test.each([
    [
      "a source without a time",
      { restoreSourceName: "peers" },
      "expected restoreSourceName and restoreDateTime together",
    ],
    [
      "a time that is none",
      { ...restore, restoreDateTime: "yesterday" },
      "expected a time such as 2026-11-25T10:15:00Z",
    ],
    ["a source that is not there", restore, 'aws:dynamodb/table:Table "peers": Table not found: peers'],
  ])("is refused with %s", async (_, change, message) => {
    await expect(handler.create(request(change))).rejects.toThrow(message);
  });
});

test("refuses a second table of one name", async () => {
  await handler.create(request());
  await expect(handler.create({ ...request({ name: "peers" }), name: "again" })).rejects.toThrow(
    'Table "again": there already is a table peers.',
  );
});
