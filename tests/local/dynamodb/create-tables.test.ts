import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { peersTable } from "./peers-table.ts";
import { key, put, row, tablesForEachTest } from "./running-tables.ts";

const db = tablesForEachTest();

describe("writes on a condition", () => {
  test("refuses a write whose condition fails, with the row it met when asked", async () => {
    await put(db, { connectionId: { S: "first" } });
    const refusal = db.client.send(
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
    expect(await row(db)).toMatchObject({ connectionId: { S: "first" } });
  });

  test("shows no row when it was not asked to, or when there is none", async () => {
    const update = (ReturnValuesOnConditionCheckFailure?: "ALL_OLD") =>
      db.client
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
    await put(db, { connectionId: { S: "first" } });
    expect(await update()).toEqual({ name: "ConditionalCheckFailedException", item: undefined });
  });

  test("lets exactly one of many writers at once create a row, and shows the others that one", async () => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, writer) =>
        db.client
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
    await expect(db.tables.handle("PutItem", request)).rejects.toMatchObject({ code: "ValidationException" });
  });
});

test("finds rows by an index, which carries its projected attributes alone", async () => {
  await put(db, {
    shard: { N: "1" },
    keepaliveAt: { N: "5" },
    connectionId: { S: "c1" },
    secret: { S: "s" },
  });
  const { Items } = await db.client.send(
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

describe("the table itself", () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection
  test("is not deleted while it is protected", async () => {
    await db.tables.putTable({ ...peersTable, deletionProtection: true });
    const deletion = () => db.client.send(new DeleteTableCommand({ TableName: "peers" }));
    await expect(deletion()).rejects.toMatchObject({ name: "ValidationException" });
    await expect(db.tables.deleteTable("peers")).rejects.toThrow("protected against deletion");
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: "peers" }));
    expect(Table).toMatchObject({ DeletionProtectionEnabled: true, TableArn: peersTable.arn });

    await db.tables.putTable(peersTable);
    await deletion();
    await expect(row(db)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("can be made again, empty, once deleted", async () => {
    await put(db, { connectionId: { S: "old" } });
    await db.tables.deleteTable("peers");
    await db.tables.putTable(peersTable);
    expect(await row(db)).toBeUndefined();
  });

  test("refuses what is not implemented, with a code", async () => {
    const together = new TransactGetItemsCommand({
      TransactItems: [{ Get: { TableName: "peers", Key: key } }],
    });
    await expect(db.client.send(together)).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});

describe("a data folder", () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "tables-"));
  });
  afterEach(() => rm(path, { recursive: true }));

  async function opened<T>(use: (kept: Tables) => Promise<T>): Promise<T> {
    const kept = await createTables({ clock: db.clock, path });
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
      await expect(createTables({ clock: db.clock, path })).rejects.toThrow();
    });
  });
});

test("answers no call once stopped, and stops twice", async () => {
  await db.tables.stop();
  await expect(db.tables.handle("ListTables", {})).rejects.toMatchObject({ code: "ServiceUnavailable" });
  await db.tables.stop();
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
      const answer = await db.tables.handle(name, value).catch((error: unknown) => error);
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
  expect(await row(db)).toBeUndefined();
});
