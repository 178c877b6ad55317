import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { TableConfiguration, Tables } from "../../../local/dynamodb/tables.ts";
import { peersTable } from "./peers-table.ts";
import { key, put, row, start, tablesForEachTest } from "./running-tables.ts";

const recovered = { ...peersTable, pointInTimeRecovery: true };
const db = tablesForEachTest();
beforeEach(() => db.tables.putTable(recovered));

const minutes = (count: number) => db.clock.advance(count * 60_000);
const days = (count: number) => db.clock.advance(count * 24 * 60 * 60_000);
const timeOf = (second: number) => new Date(second * 1000).toISOString();
const named = (name: string): TableConfiguration => ({
  ...recovered,
  name,
  arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
});
const rowsOf = async (tables: Tables, name: string) =>
  JSON.parse((await tables.handle("Scan", { TableName: name })).body).Items;
/** The rows of a table that is restored to that second after the start. */
const restored = async (second: number, name = `restored-${second}`) => {
  await db.tables.restoreTable(named(name), { from: "peers", at: timeOf(start + second) });
  return rowsOf(db.tables, name);
};
const role = (value: string) => ({ role: { S: value } });

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
describe("a restore", () => {
  test("has the rows as they were when the second began, whatever was overwritten and deleted since", async () => {
    await minutes(1);
    await put(db, role("VIEWER"));
    await minutes(1);
    await put(db, role("MASTER"));
    await minutes(1);
    await db.client.send(new DeleteItemCommand({ TableName: "peers", Key: key }));
    await minutes(10);
    expect(await restored(60)).toEqual([]);
    expect(await restored(61)).toEqual([{ ...key, ...role("VIEWER") }]);
    expect(await restored(120)).toEqual([{ ...key, ...role("VIEWER") }]);
    expect(await restored(121)).toEqual([{ ...key, ...role("MASTER") }]);
    expect(await restored(181)).toEqual([]);
    expect(await row(db)).toBeUndefined();
  });

  test("has what batches wrote, and not what had expired", async () => {
    await minutes(1);
    const Item = { ...key, expiresAt: { N: String(start + 300) } };
    await db.client.send(new BatchWriteItemCommand({ RequestItems: { peers: [{ PutRequest: { Item } }] } }));
    await minutes(20);
    expect(await restored(120)).toEqual([Item]);
    expect(await restored(600)).toEqual([]);
  });

  test("has its indexes, and a history of its own", async () => {
    await put(db, { shard: { N: "1" }, keepaliveAt: { N: "5" } });
    await minutes(10);
    await restored(60, "second");
    const found = await db.tables.handle("Query", {
      TableName: "second",
      IndexName: "keepalive",
      KeyConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "shard" },
      ExpressionAttributeValues: { ":s": { N: "1" } },
    });
    expect(JSON.parse(found.body).Count).toBe(1);
    await minutes(10);
    await db.tables.restoreTable(named("third"), { from: "second", at: timeOf(start + 900) });
    expect(await rowsOf(db.tables, "third")).toHaveLength(1);
  });

  test("reaches 35 days back, to a row that was written long before", async () => {
    await put(db, role("MASTER"));
    await days(40);
    await put(db, role("VIEWER"));
    await minutes(10);
    const earliest = 5 * 24 * 60 * 60 + 600;
    expect(await restored(earliest)).toEqual([{ ...key, ...role("MASTER") }]);
    await expect(restored(earliest - 1)).rejects.toMatchObject({ code: "InvalidRestoreTimeException" });
  });

  test("has the rows that were there before recovery was turned on", async () => {
    await put(db, role("MASTER"));
    await db.tables.putTable(peersTable);
    await db.tables.putTable(recovered);
    await put(db, role("VIEWER"));
    await minutes(10);
    expect(await restored(60)).toEqual([{ ...key, ...role("VIEWER") }]);
  });
});

describe("a restore is refused as AWS does", () => {
  test.each([
    ["gone", 60, "TableNotFoundException", "Table not found: gone"],
    [
      "peers",
      0,
      "InvalidRestoreTimeException",
      "2027-01-15T08:00:00.000Z is no time to restore 'peers' to: RestoreDateTime must be between EarliestRestorableDateTime 2027-01-15T08:00:01Z and LatestRestorableDateTime 2027-01-15T08:05:00Z",
    ],
    [
      "peers",
      301,
      "InvalidRestoreTimeException",
      "2027-01-15T08:05:01.000Z is no time to restore 'peers' to: RestoreDateTime must be between EarliestRestorableDateTime 2027-01-15T08:00:01Z and LatestRestorableDateTime 2027-01-15T08:05:00Z",
    ],
  ])("of %s at second %d", async (from, second, code, message) => {
    await minutes(10);
    const refused = db.tables.restoreTable(named("again"), { from, at: timeOf(start + second) });
    await expect(refused).rejects.toMatchObject({ code, message });
    expect(JSON.parse((await db.tables.handle("ListTables", {})).body).TableNames).toEqual(["peers"]);
  });

  test("of a table without recovery, also when it had it once", async () => {
    await minutes(10);
    await db.tables.putTable(peersTable);
    await expect(restored(60)).rejects.toMatchObject({
      code: "PointInTimeRecoveryUnavailableException",
      message: "Point in time recovery is not enabled for table 'peers'",
    });
  });

  test("with other keys than its source", async () => {
    await minutes(10);
    const { GlobalSecondaryIndexes: _, ...createTable } = recovered.createTable;
    const other = { ...named("other"), createTable };
    await expect(db.tables.restoreTable(other, { from: "peers", at: timeOf(start + 60) })).rejects.toThrow(
      "Table other is restored with what peers has, keys channel (S), clientId (S); index keepalive:",
    );
  });
});

test("the window is described, and is over with the table", async () => {
  const described = async () => {
    const { ContinuousBackupsDescription } = await db.client.send(
      new DescribeContinuousBackupsCommand({ TableName: "peers" }),
    );
    return ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  };
  await minutes(10);
  expect(await described()).toEqual({
    PointInTimeRecoveryStatus: "ENABLED",
    RecoveryPeriodInDays: 35,
    EarliestRestorableDateTime: new Date("2027-01-15T08:00:01Z"),
    LatestRestorableDateTime: new Date("2027-01-15T08:05:00Z"),
  });
  await db.tables.deleteTable("peers");
  await expect(described()).rejects.toThrow("Table not found: peers");
  await expect(restored(60)).rejects.toMatchObject({ code: "TableNotFoundException" });
  await db.tables.putTable(peersTable);
  expect(await described()).toEqual({ PointInTimeRecoveryStatus: "DISABLED" });
});

test("a data folder keeps the history, also of a table that the program does not declare any more", async () => {
  const path = mkdtempSync(join(tmpdir(), "synapse-d-history-"));
  const clock = new AdvanceableClock(() => start * 1000);
  const first = await createTables({ clock, path });
  await first.putTable(recovered);
  await first.handle("PutItem", { TableName: "peers", Item: { ...key, ...role("MASTER") } });
  await clock.advance(60_000);
  await first.handle("PutItem", { TableName: "peers", Item: { ...key, ...role("VIEWER") } });
  await clock.advance(600_000);
  await first.stop();
  const second = await createTables({ clock, path });
  const restore = { from: "peers", at: timeOf(start + 60) };
  await second.restoreTable(named("again"), restore);
  expect(await rowsOf(second, "again")).toEqual([{ ...key, ...role("MASTER") }]);
  await second.handle("PutItem", { TableName: "again", Item: { ...key, ...role("PEER") } });
  await second.stop();
  const third = await createTables({ clock, path });
  await third.restoreTable(named("again"), restore);
  expect(await rowsOf(third, "again")).toEqual([{ ...key, ...role("PEER") }]);
  await third.stop();
  rmSync(path, { recursive: true });
});

type Write = { readonly client: string; readonly seconds: number; readonly role: string | undefined };
const write: fc.Arbitrary<Write> = fc.record({
  client: fc.constantFrom("ada", "bob", "b~b"),
  seconds: fc.integer({ min: 0, max: 2 * 60 * 60 }),
  role: fc.option(fc.constantFrom("MASTER", "VIEWER"), { nil: undefined }),
});

test("whatever is written when, a restore has what a reader saw at that second", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 12 }),
      fc.integer({ min: 1, max: 20_000 }),
      async (writes, back) => {
        const clock = new AdvanceableClock(() => start * 1000);
        const tables = await createTables({ clock });
        await tables.putTable({ ...recovered, ttlAttribute: "never" });
        await clock.advance(1_000);
        const seen: { readonly at: number; readonly rows: ReadonlyMap<string, string> }[] = [];
        const now = new Map<string, string>();
        for (const { client, seconds, role: value } of writes) {
          await clock.advance(seconds * 1000);
          seen.push({ at: Math.floor(clock.now() / 1000), rows: new Map(now) });
          const row = { channel: { S: "lobby" }, clientId: { S: client } };
          if (value === undefined) {
            now.delete(client);
            await tables.handle("DeleteItem", { TableName: "peers", Key: row });
          } else {
            now.set(client, value);
            await tables.handle("PutItem", { TableName: "peers", Item: { ...row, role: { S: value } } });
          }
        }
        await clock.advance((back + 300) * 1000);
        const at = Math.max(start + 1, Math.floor(clock.now() / 1000) - 300 - back);
        // The first look at or after that second saw what was there when it began.
        const expected = seen.find((look) => look.at >= at)?.rows ?? now;
        await tables.restoreTable(named("again"), { from: "peers", at: timeOf(at) });
        const found = (await rowsOf(tables, "again")) as { clientId: { S: string }; role: { S: string } }[];
        expect(new Map(found.map((item) => [item.clientId.S, item.role.S]))).toEqual(expected);
        await tables.stop();
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);
