import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { PutItemCommand, ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoPeerRegistry } from "../../../functions/signaling/peer-registry.ts";
import {
  dynamoChannelMembers,
  dynamoPeerDirectory,
  dynamoPeerRemoval,
  keyOfMember,
  memberOfKey,
  reachedAt,
} from "../../../functions/signaling/peers.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { announced, master, peer, viewer } from "./identities.ts";

const now = 1_800_000_000_000;
const ada = { channel: "acme#lobby", name: "ada" };
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const directory = () => dynamoPeerDirectory(local.client, "peers", straight);
const channel = () => dynamoChannelMembers(local.client, "peers", straight);
const registry = () => dynamoPeerRegistry(local.client, "peers", straight);
const removal = () => dynamoPeerRemoval(local.client, "peers", straight);
const rows = async () => (await local.client.send(new ScanCommand({ TableName: "peers" }))).Items;

/** What is known of `viewer`'s connection. */
const one = { connectionId: "one", role: "VIEWER", connectedAt: now, announced: false, instance: "" };

describe("a registered peer", () => {
  test("is found by its channel and name", async () => {
    expect(await registry().register(viewer, "one", now, now)).toEqual({
      kind: "registered",
      superseded: undefined,
    });
    await registry().register(master, "two", now, now);
    expect(await directory().find(ada, now)).toMatchObject(one);
    expect(await directory().find({ channel: "acme#lobby", name: "MASTER" }, now)).toMatchObject({
      connectionId: "two",
    });
    expect(await directory().find({ channel: "globex#lobby", name: "ada" }, now)).toBeUndefined();
  });

  test("has a row with its keepalive after 8.5 minutes and its end after API Gateway's two hours", async () => {
    await registry().register(viewer, "one", now + 999, now + 999);
    expect(await rows()).toEqual([
      {
        channel: { S: "acme#lobby" },
        clientId: { S: "ada" },
        connectionId: { S: "one" },
        subject: { S: "user-1" },
        role: { S: "VIEWER" },
        announced: { BOOL: false },
        instance: { S: "" },
        connectedAt: { N: "1800000000999" },
        keepaliveAt: { N: "1800000510" },
        placeSince: { N: "1800000000999" },
        shard: { N: "1" },
        expiresAt: { N: "1800007800" },
        v: { N: "2" },
      },
    ]);
  });

  test("is no longer found once its row has expired, though DynamoDB still has it", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await directory().find(ada, now + 7_799_999)).toMatchObject({ connectionId: "one" });
    expect(await directory().find(ada, now + 7_800_000)).toBeUndefined();
  });

  test("gives its name to a newer connection, never to an older one", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await registry().register(viewer, "two", now + 1, now + 1)).toMatchObject({
      kind: "registered",
      superseded: one,
    });
    expect(await registry().register(viewer, "late", now, now)).toEqual({ kind: "newer_exists" });
    expect(await directory().find(ada, now)).toMatchObject({ connectionId: "two" });
  });

  test("may have announced itself, as a running instance", async () => {
    await registry().register(announced(viewer), "one", now, now);
    expect(await directory().find(ada, now)).toMatchObject({ ...one, announced: true, instance: "tab-1" });
    expect(await rows()).toMatchObject([{ announced: { BOOL: true }, instance: { S: "tab-1" } }]);
  });

  test("gives its name to a connection of the same millisecond that is written later", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await registry().register(viewer, "two", now, now)).toMatchObject({
      kind: "registered",
      superseded: one,
    });
    expect(await directory().find(ada, now)).toMatchObject({ connectionId: "two" });
  });

  test("gives its name to the newest of many connections at once, in whatever order they are written", async () => {
    const all = await Promise.all(
      [4, 1, 7, 2, 6, 3, 5].map((age) => registry().register(viewer, `c${age}`, now + age, now + age)),
    );
    expect(all.map(({ kind }) => kind)).toContain("registered");
    expect(await directory().find(ada, now)).toMatchObject({ connectionId: "c7" });
  });

  test("may be registered again by a retried handshake", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await registry().register(viewer, "one", now, now)).toEqual({
      kind: "registered",
      superseded: undefined,
    });
  });

  test("is removed by its own connection only", async () => {
    await registry().register(viewer, "two", now, now);
    expect(await removal().remove(ada, "one")).toBe("kept");
    expect(await directory().find(ada, now)).toMatchObject({ connectionId: "two" });
    expect(await removal().remove(ada, "two")).toBe("removed");
    expect(await directory().find(ada, now)).toBeUndefined();
    expect(await removal().remove(ada, "two")).toBe("kept");
  });
});

describe("the members of a channel", () => {
  test("are all that are there, by name, and nobody of another channel or tenant", async () => {
    await registry().register(viewer, "one", now, now);
    await registry().register(master, "two", now + 1, now + 1);
    await registry().register(announced(peer), "three", now + 2, now + 2);
    await registry().register({ ...viewer, tenant: "globex" }, "four", now, now);
    await registry().register({ ...viewer, channel: "lobby.2" }, "five", now, now);
    const members = await channel().members("acme#lobby", now);
    expect(members.toSorted((a, b) => a.connectedAt - b.connectedAt)).toMatchObject([
      { ...one, name: "ada" },
      { ...one, connectionId: "two", role: "MASTER", connectedAt: now + 1, name: "MASTER" },
      {
        ...{ name: "p1", connectionId: "three", role: "PEER", connectedAt: now + 2 },
        ...{ announced: true, instance: "tab-1" },
      },
    ]);
    expect(await channel().members("acme#attic", now)).toEqual([]);
  });

  test("do not count whose row has expired, though DynamoDB still has it", async () => {
    await registry().register(viewer, "one", now, now);
    expect(await channel().members("acme#lobby", now + 7_799_999)).toHaveLength(1);
    expect(await channel().members("acme#lobby", now + 7_800_000)).toEqual([]);
  });

  test("are read over all pages", async () => {
    // Rows of 300 KB make pages of 1 MB full.
    for (let number = 0; number < 5; number += 1) {
      const connectionId = `${number}${"x".repeat(300_000)}`;
      await registry().register({ ...viewer, clientId: `v${number}` }, connectionId, now, now);
    }
    const members = await channel().members("acme#lobby", now);
    expect(members.map(({ name }) => name).sort()).toEqual(["v0", "v1", "v2", "v3", "v4"]);
  });
});

describe("a row that is not ours", () => {
  test.each([
    ["announced", { S: "true" }],
    ["connectedAt", { S: "now" }],
    ["role", { S: "ADMIN" }],
    ["instance", { N: "1" }],
  ])("is a fault that names the attribute %s: %j", async (attribute, value) => {
    await registry().register(viewer, "one", now, now);
    const [item] = (await rows()) ?? [];
    await local.client.send(
      new PutItemCommand({ TableName: "peers", Item: { ...item, [attribute]: value } as never }),
    );
    const malformed = {
      code: "row_malformed",
      message: `peers: attribute ${attribute} is missing or of a wrong type`,
    };
    await expect(directory().find(ada, now)).rejects.toMatchObject(malformed);
    await expect(channel().members("acme#lobby", now)).rejects.toMatchObject(malformed);
  });
});

test("a table that fails is a fault of every call", async () => {
  const notFound = { name: "ResourceNotFoundException" };
  const { client } = local;
  for (const call of [
    dynamoPeerDirectory(client, "no-table", straight).find(ada, now),
    dynamoChannelMembers(client, "no-table", straight).members("acme#lobby", now),
    dynamoPeerRegistry(client, "no-table", straight).register(viewer, "one", now, now),
    dynamoPeerRemoval(client, "no-table", straight).remove(ada, "one"),
  ]) {
    await expect(call).rejects.toMatchObject(notFound);
  }
});

test("what is remembered of a connection says nothing about its age", () => {
  expect(reachedAt({ ...one, role: "VIEWER", announced: true, instance: "tab-1" }, now + 5)).toEqual({
    id: "one",
    foundAt: now + 5,
    announced: true,
    instance: "tab-1",
  });
});

test("a member's key is read back as it was written", () => {
  const part = fc.string().filter((text) => !text.includes("#"));
  fc.assert(
    fc.property(part, part, part, (tenant, room, name) => {
      const member = { channel: `${tenant}#${room}`, name };
      expect(memberOfKey(keyOfMember(member))).toEqual(member);
    }),
  );
});
