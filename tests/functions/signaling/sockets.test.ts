import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { GetItemCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoSockets, type Socket } from "../../../functions/signaling/sockets.ts";
import { aroundSends } from "../around-sends.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { allPages } from "./all-pages.ts";

let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const socket = (connectionId: string, user = "acme#ada"): Socket => ({
  user,
  connectionId,
  member: { channel: "acme#lobby", name: "phone" },
  role: "VIEWER",
  connectedAt: 1_800_000_000_123,
});
const sockets = () => dynamoSockets(local.client, "sockets", straight);

test("a user's sockets are found, also two of one name, and no other user's", async () => {
  await sockets().enter(socket("c-1"));
  await sockets().enter(socket("c-2"));
  await sockets().enter(socket("c-3", "acme#bob"));
  expect(await allPages(sockets().of("acme#ada"))).toEqual([socket("c-1"), socket("c-2")]);
  await sockets().leave({ user: "acme#ada", connectionId: "c-1" });
  await sockets().leave({ user: "acme#ada", connectionId: "c-3" });
  expect(await allPages(sockets().of("acme#ada"))).toEqual([socket("c-2")]);
  expect(await allPages(sockets().of("acme#bob"))).toHaveLength(1);
  expect(await allPages(sockets().of("acme#eve"))).toEqual([]);
});

test("a row says nothing but whose the socket is, and is litter after two hours and ten minutes", async () => {
  await sockets().enter(socket("c-1"));
  const Key = { user: { S: "acme#ada" }, connectionId: { S: "c-1" } };
  const { Item } = await local.client.send(new GetItemCommand({ TableName: "sockets", Key }));
  expect(Item).toEqual({
    ...Key,
    channel: { S: "acme#lobby" },
    name: { S: "phone" },
    role: { S: "VIEWER" },
    connectedAt: { N: "1800000000123" },
    expiresAt: { N: "1800007800" },
    v: { N: "1" },
  });
});

test("more than a page of them is found", async () => {
  let calls = 0;
  aroundSends(local.client, (command, send) => {
    const input: { Limit?: number } = command.input;
    if ("KeyConditionExpression" in input) {
      calls += 1;
      input.Limit = 2;
    }
    return send();
  });
  for (const id of ["c-1", "c-2", "c-3", "c-4", "c-5"]) await sockets().enter(socket(id));
  expect(await allPages(sockets().of("acme#ada"))).toHaveLength(5);
  expect(calls).toBe(3);
});
