import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { dynamoDbClient } from "../endpoint/unsigned-clients.ts";
import { peersTable } from "./peers-table.ts";

const start = 1_800_000_000;
let clock: AdvanceableClock;
let tables: Tables;
let client: DynamoDBClient;
let closeClient: () => Promise<void>;

beforeEach(async () => {
  clock = new AdvanceableClock(() => start * 1000);
  tables = await createTables({ clock });
  await tables.putTable(peersTable);
  ({ client, close: closeClient } = await dynamoDbClient(tables));
});
afterEach(async () => {
  await closeClient();
  await tables.stop();
});

const key = { channel: { S: "lobby" }, clientId: { S: "ada" } };
const put = (item: Record<string, { S: string } | { N: string }>) =>
  client.send(new PutItemCommand({ TableName: "peers", Item: { ...key, ...item } }));
const row = async () => (await client.send(new GetItemCommand({ TableName: "peers", Key: key }))).Item;

/** Lets work that the clock started run to its end: it takes turns of the event loop, no time. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("writes on a condition", () => {
  test("refuses a write whose condition fails, with the row it met when asked", async () => {
    await put({ connectionId: { S: "first" } });
    const refusal = client.send(
      new PutItemCommand({
        TableName: "peers",
        Item: { ...key, connectionId: { S: "second" } },
        ConditionExpression: "attribute_not_exists(channel)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    await expect(refusal).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      Item: { channel: { S: "lobby" }, clientId: { S: "ada" }, connectionId: { S: "first" } },
    });
    expect(await row()).toMatchObject({ connectionId: { S: "first" } });
  });

  test("shows no row when it was not asked to, or when there is none", async () => {
    const update = (ReturnValuesOnConditionCheckFailure?: "ALL_OLD") =>
      client
        .send(
          new UpdateItemCommand({
            TableName: "peers",
            Key: key,
            UpdateExpression: "SET connectionId = :c",
            ConditionExpression: "connectionId = :c",
            ExpressionAttributeValues: { ":c": { S: "other" } },
            ...(ReturnValuesOnConditionCheckFailure && { ReturnValuesOnConditionCheckFailure }),
          }),
        )
        .catch((error) => ({ name: error.name, item: error.Item }));
    expect(await update("ALL_OLD")).toEqual({ name: "ConditionalCheckFailedException", item: undefined });
    await put({ connectionId: { S: "first" } });
    expect(await update()).toEqual({ name: "ConditionalCheckFailedException", item: undefined });
  });

  test("lets exactly one of many writers at once create a row, and shows the others that one", async () => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, writer) =>
        client
          .send(
            new PutItemCommand({
              TableName: "peers",
              Item: { ...key, writer: { S: `writer-${writer}` } },
              ConditionExpression: "attribute_not_exists(channel)",
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            }),
          )
          .then(
            () => undefined,
            (error) => error.Item.writer.S,
          ),
      ),
    );
    const winner = claims.indexOf(undefined);
    expect(new Set(claims)).toEqual(new Set([undefined, `writer-${winner}`]));
    expect(claims.filter((claim) => claim === undefined)).toHaveLength(1);
  });

  test("refuses another wish for the row than ALL_OLD and NONE", async () => {
    const request = { TableName: "peers", Item: key, ReturnValuesOnConditionCheckFailure: "ALL_NEW" };
    await expect(tables.handle("PutItem", request)).rejects.toMatchObject({ code: "ValidationException" });
  });
});

test("finds rows by an index, which carries its projected attributes alone", async () => {
  await put({ shard: { N: "1" }, keepaliveAt: { N: "5" }, connectionId: { S: "c1" }, secret: { S: "s" } });
  const { Items } = await client.send(
    new QueryCommand({
      TableName: "peers",
      IndexName: "keepalive",
      KeyConditionExpression: "#s = :s AND keepaliveAt < :t",
      ExpressionAttributeNames: { "#s": "shard" },
      ExpressionAttributeValues: { ":s": { N: "1" }, ":t": { N: "6" } },
    }),
  );
  expect(Items).toEqual([{ ...key, shard: { N: "1" }, keepaliveAt: { N: "5" }, connectionId: { S: "c1" } }]);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
describe("Time to Live", () => {
  test("keeps an expired row readable until the clock's next whole minute, then deletes it", async () => {
    await put({ expiresAt: { N: String(start + 10) } });
    await clock.advance(59_000);
    await turns();
    expect(await row()).toMatchObject({ expiresAt: { N: "1800000010" } });
    await clock.advance(1_000);
    await turns();
    expect(await row()).toBeUndefined();
  });

  test.each([
    ["is not a number", { S: "1" }],
    ["is more than five years old", { N: String(start - 5 * 365 * 86_400 - 1) }],
    ["has not come yet", { N: String(start + 600) }],
  ])("keeps a row whose value %s", async (_, expiresAt) => {
    await put({ expiresAt });
    await clock.advance(120_000);
    await turns();
    expect(await row()).toMatchObject({ expiresAt });
  });

  test("deletes from the index too", async () => {
    await put({ expiresAt: { N: String(start) }, shard: { N: "1" }, keepaliveAt: { N: "5" } });
    await clock.advance(60_000);
    await turns();
    const { Count } = await client.send(
      new QueryCommand({
        TableName: "peers",
        IndexName: "keepalive",
        KeyConditionExpression: "#s = :s",
        ExpressionAttributeNames: { "#s": "shard" },
        ExpressionAttributeValues: { ":s": { N: "1" } },
      }),
    );
    expect(Count).toBe(0);
  });

  test("is described", async () => {
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: "peers" }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
    const { ttlAttribute: _, ...withoutTtl } = peersTable;
    await tables.putTable(withoutTtl);
    const off = await client.send(new DescribeTimeToLiveCommand({ TableName: "peers" }));
    expect(off.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "DISABLED" });
  });
});

describe("the table itself", () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection
  test("is not deleted while it is protected", async () => {
    await tables.putTable({ ...peersTable, deletionProtection: true });
    const deletion = () => client.send(new DeleteTableCommand({ TableName: "peers" }));
    await expect(deletion()).rejects.toMatchObject({ name: "ValidationException" });
    await expect(tables.deleteTable("peers")).rejects.toThrow("protected against deletion");
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "peers" }));
    expect(Table).toMatchObject({ DeletionProtectionEnabled: true, TableArn: peersTable.arn });

    await tables.putTable(peersTable);
    await deletion();
    await expect(row()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("can be made again, empty, once deleted", async () => {
    await put({ connectionId: { S: "old" } });
    await tables.deleteTable("peers");
    await tables.putTable(peersTable);
    expect(await row()).toBeUndefined();
  });

  test("refuses transactions, which are not implemented, with a code", async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: "peers", Item: key } }],
    });
    await expect(client.send(transaction)).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});

describe("a data folder", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "tables-"));
  });
  afterEach(() => rm(path, { recursive: true }));

  async function opened<T>(use: (kept: Tables) => Promise<T>): Promise<T> {
    const kept = await createTables({ clock, path });
    try {
      return await use(kept);
    } finally {
      await kept.stop();
    }
  }

  test("keeps rows across a restart", async () => {
    await opened(async (kept) => {
      await kept.putTable(peersTable);
      await kept.handle("PutItem", { TableName: "peers", Item: { ...key, connectionId: { S: "c1" } } });
    });
    const { body } = await opened(async (kept) => {
      await kept.putTable(peersTable);
      return kept.handle("GetItem", { TableName: "peers", Key: key });
    });
    expect(JSON.parse(body).Item).toEqual({ ...key, connectionId: { S: "c1" } });
  });

  test("refuses a program whose table has other keys, naming both", async () => {
    await opened((kept) => kept.putTable(peersTable));
    const other = {
      ...peersTable,
      createTable: {
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "proofHash", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "proofHash", AttributeType: "S" }],
      },
    };
    await expect(opened((kept) => kept.putTable(other))).rejects.toThrow(
      /peers holds rows with keys channel \(S\), clientId \(S\); .* declares keys proofHash \(S\)/,
    );
  });

  test("is held by one process at a time", async () => {
    await opened(async () => {
      await expect(createTables({ clock, path })).rejects.toThrow();
    });
  });
});

test("answers no call once stopped, and stops twice", async () => {
  await tables.stop();
  await expect(tables.handle("ListTables", {})).rejects.toMatchObject({ code: "ServiceUnavailable" });
  await tables.stop();
});

test("answers any request of any shape with a refusal of a code, and stays up", async () => {
  const operation = fc.constantFrom("PutItem", "UpdateItem", "GetItem", "Query", "Scan", "BatchWriteItem");
  const attributes = fc.dictionary(fc.constantFrom("channel", "clientId", "x", "__proto__"), fc.jsonValue());
  const expression = fc.constantFrom("#n = :v", "SET x = :v", "a.b[0], c", "attribute_exists(x", ":v", "");
  const request = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        TableName: fc.constantFrom("peers", "none", "", 5),
        Key: attributes,
        Item: attributes,
        ConditionExpression: expression,
        UpdateExpression: expression,
        KeyConditionExpression: expression,
        ExpressionAttributeNames: fc.dictionary(fc.constantFrom("#n", "#"), fc.jsonValue()),
        ExpressionAttributeValues: fc.dictionary(fc.constantFrom(":v", ":w"), fc.jsonValue()),
        RequestItems: fc.dictionary(fc.constantFrom("peers", "none"), fc.jsonValue()),
        ExclusiveStartKey: attributes,
      },
      { requiredKeys: [] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(operation, request, async (name, value) => {
      const answer = await tables.handle(name, value).catch((error: unknown) => error);
      if (answer instanceof AwsError) {
        expect(answer.status).toBe(400);
        expect(answer.code).toMatch(/Exception$/);
      } else {
        const { status, body } = answer as { status: number; body: string };
        expect([200, 400]).toContain(status);
        if (status === 400) expect(JSON.parse(body).__type).toMatch(/#\w+Exception$/);
      }
    }),
    { numRuns: 400 },
  );
  expect(await row()).toBeUndefined();
});
