import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { PutItemCommand, ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { type DueKeepalive, dynamoKeepalives } from "../../../functions/signaling/keepalives.ts";
import { dynamoPeerRegistry } from "../../../functions/signaling/peer-registry.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { allPages } from "./all-pages.ts";
import { announced, viewer } from "./identities.ts";

const now = 1_800_000_000_000;
const one: DueKeepalive = {
  member: { channel: "acme#lobby", name: "ada" },
  connectionId: "one",
  role: "VIEWER",
  announced: false,
  connectedAt: now,
};
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const registry = () => dynamoPeerRegistry(local.client, "peers", straight);
const keepalives = () => dynamoKeepalives(local.client, "peers", straight);

describe("keepalives", () => {
  const due = (shard: number, at: number) => allPages(keepalives().due(shard, at));

  test("are due when their second has come, in their shard", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await due(1, 1_800_000_509)).toEqual([]);
    expect(await due(1, 1_800_000_510)).toEqual([one]);
    expect(await due(3, 1_800_000_510)).toEqual([]);
  });

  test("are renewed for the connection that was swept, not for a newer one", async () => {
    await registry().register(viewer, "one", now, now);
    await keepalives().renew(one, 1_800_001_020, now);
    expect(await due(1, 1_800_001_019)).toEqual([]);
    await keepalives().renew({ ...one, connectionId: "older" }, 1_800_009_999, now);
    expect(await due(1, 1_800_001_020)).toEqual([{ ...one, askedAt: now }]);
  });

  test("of a peer that left do not bring its row back", async () => {
    await keepalives().renew(one, 1_800_001_020, now);
    const { Count } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Count).toBe(0);
  });

  test("say who announced itself, in which role, and since when", async () => {
    await registry().register(announced(viewer), "one", now + 7, now + 7);
    expect(await due(1, 1_800_000_510)).toEqual([{ ...one, announced: true, connectedAt: now + 7 }]);
  });

  test("are not put off by a client that says that it is alive", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await keepalives().answered(one.member, "one", now + 60_000)).toBe("answered");
    expect(await due(1, 1_800_000_509)).toEqual([]);
    expect(await due(1, 1_800_000_510)).toEqual([{ ...one, aliveAt: now + 60_000 }]);
  });

  test("are a question until its answer was looked at, also when that was faster than the sweeper's own write", async () => {
    await registry().register(viewer, "one", now, now);
    await keepalives().answered(one.member, "one", now + 510_020);
    await keepalives().renew(one, 1_800_000_570, now + 510_000);
    const answered = { ...one, aliveAt: now + 510_020 };
    expect(await due(1, 1_800_000_570)).toEqual([{ ...answered, askedAt: now + 510_000 }]);
    await keepalives().renew(one, 1_800_001_020);
    expect(await due(1, 1_800_001_019)).toEqual([]);
    expect(await due(1, 1_800_001_020)).toEqual([answered]);
  });

  test("are not answered by a connection that has lost its name, nor by one that is gone", async () => {
    await registry().register(viewer, "one", now, now);
    await registry().register(viewer, "two", now + 1, now + 1);
    expect(await keepalives().answered(one.member, "one", now + 2)).toBe("not_current");
    const nobody = { channel: "acme#lobby", name: "bob" };
    expect(await keepalives().answered(nobody, "one", now)).toBe("not_current");
    const { Count } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Count).toBe(1);
  });

  test("are new ones after the name was taken over", async () => {
    await registry().register(viewer, "one", now, now);
    await keepalives().answered(one.member, "one", now);
    await registry().register(viewer, "two", now + 1, now + 1);
    expect(await due(1, 1_800_000_510)).toEqual([{ ...one, connectionId: "two", connectedAt: now + 1 }]);
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
            role: { S: "PEER" },
            announced: { BOOL: true },
            connectedAt: { N: "1799999000000" },
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

test("a table that fails is a fault of every call", async () => {
  const notFound = { name: "ResourceNotFoundException" };
  const failing = dynamoKeepalives(local.client, "no-table", straight);
  await expect(failing.renew(one, 1, now)).rejects.toMatchObject(notFound);
  await expect(failing.answered(one.member, "one", now)).rejects.toMatchObject(notFound);
  await expect(allPages(failing.due(1, 1))).rejects.toMatchObject(notFound);
});
