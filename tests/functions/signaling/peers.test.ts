import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { dynamoKeepalives } from "../../../functions/signaling/keepalives.ts";
import {
  dynamoPeerDirectory,
  dynamoPeerRegistry,
  dynamoPeerRemoval,
  shardOf,
} from "../../../functions/signaling/peers.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { master, viewer } from "./identities.ts";

const now = 1_800_000_000_000;
const ada = { channel: "acme#lobby", name: "ada" };
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const directory = () => dynamoPeerDirectory(local.client, "peers", straight);
const registry = () => dynamoPeerRegistry(local.client, "peers", straight);
const removal = () => dynamoPeerRemoval(local.client, "peers", straight);
const keepalives = () => dynamoKeepalives(local.client, "peers", straight);

describe("a registered peer", () => {
  test("is found by its channel and name", async () => {
    expect(await registry().register(viewer, "one", now)).toEqual({
      kind: "registered",
      superseded: undefined,
    });
    await registry().register(master, "two", now);
    expect(await directory().find(ada, now)).toBe("one");
    expect(await directory().find({ channel: "acme#lobby", name: "MASTER" }, now)).toBe("two");
    expect(await directory().find({ channel: "globex#lobby", name: "ada" }, now)).toBeUndefined();
  });

  test("has a row with its keepalive after 8.5 minutes and its end after API Gateway's two hours", async () => {
    await registry().register(viewer, "one", now + 999);
    const { Items } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Items).toEqual([
      {
        channel: { S: "acme#lobby" },
        clientId: { S: "ada" },
        connectionId: { S: "one" },
        subject: { S: "user-1" },
        role: { S: "VIEWER" },
        connectedAt: { N: "1800000000999" },
        keepaliveAt: { N: "1800000510" },
        shard: { N: "5" },
        expiresAt: { N: "1800007800" },
        v: { N: "1" },
      },
    ]);
  });

  test("is no longer found once its row has expired, though DynamoDB still has it", async () => {
    await registry().register(viewer, "one", now);
    expect(await directory().find(ada, now + 7_799_999)).toBe("one");
    expect(await directory().find(ada, now + 7_800_000)).toBeUndefined();
  });

  test("gives its name to a newer connection, never to an older one", async () => {
    await registry().register(viewer, "one", now);
    expect(await registry().register(viewer, "two", now + 1)).toEqual({
      kind: "registered",
      superseded: "one",
    });
    expect(await registry().register(viewer, "late", now)).toEqual({ kind: "newer_exists" });
    expect(await directory().find(ada, now)).toBe("two");
  });

  test("may be registered again by a retried handshake", async () => {
    await registry().register(viewer, "one", now);
    expect(await registry().register(viewer, "one", now)).toEqual({
      kind: "registered",
      superseded: undefined,
    });
  });

  test("is removed by its own connection only", async () => {
    await registry().register(viewer, "two", now);
    expect(await removal().remove(ada, "one")).toBe("kept");
    expect(await directory().find(ada, now)).toBe("two");
    expect(await removal().remove(ada, "two")).toBe("removed");
    expect(await directory().find(ada, now)).toBeUndefined();
    expect(await removal().remove(ada, "two")).toBe("kept");
  });
});

describe("keepalives", () => {
  const due = async (shard: number, at: number) => {
    const pages = [];
    for await (const page of keepalives().due(shard, at)) pages.push(...page);
    return pages;
  };

  test("are due when their second has come, in their shard", async () => {
    await registry().register(viewer, "one", now);
    expect(await due(5, 1_800_000_509)).toEqual([]);
    expect(await due(5, 1_800_000_510)).toEqual([{ member: ada, connectionId: "one" }]);
    expect(await due(3, 1_800_000_510)).toEqual([]);
  });

  test("are renewed for the connection that was swept, not for a newer one", async () => {
    await registry().register(viewer, "one", now);
    await keepalives().renew({ member: ada, connectionId: "one" }, 1_800_001_020);
    expect(await due(5, 1_800_001_019)).toEqual([]);
    await keepalives().renew({ member: ada, connectionId: "older" }, 1_800_009_999);
    expect(await due(5, 1_800_001_020)).toEqual([{ member: ada, connectionId: "one" }]);
  });

  test("of a peer that left do not bring its row back", async () => {
    await keepalives().renew({ member: ada, connectionId: "one" }, 1_800_001_020);
    const { Count } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Count).toBe(0);
  });

  test("are read over all pages", async () => {
    // Rows of 300 KB make pages of 1 MB full; what the index does not project still counts in dynalite.
    for (let number = 0; number < 5; number++) {
      await local.client.send(
        new PutItemCommand({
          TableName: "peers",
          Item: {
            channel: { S: "acme#lobby" },
            clientId: { S: `p${number}` },
            connectionId: { S: `${number}${"x".repeat(300_000)}` },
            shard: { N: "1" },
            keepaliveAt: { N: "1800000000" },
          },
        }),
      );
    }
    let pages = 0;
    const names: string[] = [];
    for await (const page of keepalives().due(1, 1_800_000_000)) {
      pages += 1;
      names.push(...page.map(({ member }) => member.name));
    }
    expect(pages).toBeGreaterThan(1);
    expect(names.toSorted()).toEqual(["p0", "p1", "p2", "p3", "p4"]);
  });
});

describe("a table that fails", () => {
  test("is a fault of every call", async () => {
    const notFound = { name: "ResourceNotFoundException" };
    const { client } = local;
    await expect(dynamoPeerDirectory(client, "no-table", straight).find(ada, now)).rejects.toMatchObject(
      notFound,
    );
    await expect(
      dynamoPeerRegistry(client, "no-table", straight).register(viewer, "one", now),
    ).rejects.toMatchObject(notFound);
    await expect(dynamoPeerRemoval(client, "no-table", straight).remove(ada, "one")).rejects.toMatchObject(
      notFound,
    );
    await expect(
      dynamoKeepalives(client, "no-table", straight).renew({ member: ada, connectionId: "one" }, 1),
    ).rejects.toMatchObject(notFound);
  });
});

test("members spread over eight shards, the same each time", () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(fc.string(), fc.string(), (channel, name) => {
      const shard = shardOf({ channel, name });
      seen.add(shard);
      expect(shard).toBe(shardOf({ channel, name }));
      expect(Number.isInteger(shard) && shard >= 0 && shard <= 7).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(seen.size).toBe(8);
});
