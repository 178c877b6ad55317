import { DescribeTimeToLiveCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { peersTable } from "./peers-table.ts";
import { put, row, start, tablesForEachTest } from "./running-tables.ts";

const db = tablesForEachTest();

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
describe("Time to Live", () => {
  test("keeps an expired row readable until the clock's next whole minute, then deletes it", async () => {
    await put(db, { expiresAt: { N: String(start + 10) } });
    await db.clock.advance(59_000);
    expect(await row(db)).toMatchObject({ expiresAt: { N: "1800000010" } });
    await db.clock.advance(1_000);
    expect(await row(db)).toBeUndefined();
  });

  test.each([
    ["is not a number", { S: "1" }],
    ["is more than five years old", { N: String(start - 5 * 365 * 86_400 - 1) }],
    ["has not come yet", { N: String(start + 600) }],
  ])("keeps a row whose value %s", async (_, expiresAt) => {
    await put(db, { expiresAt });
    await db.clock.advance(120_000);
    expect(await row(db)).toMatchObject({ expiresAt });
  });

  test("deletes each row in the first minute after it expired, also what was written or changed since it last looked", async () => {
    const expiring = (clientId: string, seconds: number) =>
      put(db, { clientId: { S: clientId }, expiresAt: { N: String(start + seconds) } });
    const left = async () => {
      const { Items = [] } = await db.client.send(new ScanCommand({ TableName: "peers" }));
      return Items.map(({ clientId }) => clientId?.S).sort();
    };
    await expiring("ada", 150);
    await expiring("bob", 60);
    await expiring("cleo", 3_000);
    await db.clock.advance(60_000);
    // A row lives in the second of its expiry.
    expect(await left()).toEqual(["ada", "bob", "cleo"]);
    await db.clock.advance(60_000);
    expect(await left()).toEqual(["ada", "cleo"]);
    await expiring("dan", 140);
    await expiring("cleo", 170);
    await db.clock.advance(60_000);
    expect(await left()).toEqual([]);
    await expiring("ada", 240);
    await db.clock.advance(60_000);
    expect(await left()).toEqual(["ada"]);
    await db.clock.advance(60_000);
    expect(await left()).toEqual([]);
  });

  test("deletes by another attribute when the table is given one", async () => {
    await put(db, { expiresAt: { N: String(start + 6_000) }, endsAt: { N: String(start + 70) } });
    await db.clock.advance(60_000);
    await db.tables.putTable({ ...peersTable, ttlAttribute: "endsAt" });
    await db.clock.advance(60_000);
    expect(await row(db)).toBeUndefined();
  });

  test("deletes from the index too", async () => {
    await put(db, { expiresAt: { N: String(start) }, shard: { N: "1" }, keepaliveAt: { N: "5" } });
    await db.clock.advance(60_000);
    const { Count } = await db.client.send(
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
    const { TimeToLiveDescription } = await db.client.send(
      new DescribeTimeToLiveCommand({ TableName: "peers" }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
    const { ttlAttribute: _, ...withoutTtl } = peersTable;
    await db.tables.putTable(withoutTtl);
    const off = await db.client.send(new DescribeTimeToLiveCommand({ TableName: "peers" }));
    expect(off.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "DISABLED" });
  });
});
