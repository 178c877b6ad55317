import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoKeepalives } from "../../../functions/signaling/keepalives.ts";
import { newPair } from "../../../functions/signaling/pair-state.ts";
import { dynamoPairs } from "../../../functions/signaling/pairs.ts";
import { peerConnection } from "../../../functions/signaling/peer-connection.ts";
import { dynamoPeerRegistry } from "../../../functions/signaling/peer-registry.ts";
import { dynamoChannelMembers, dynamoPeerRemoval } from "../../../functions/signaling/peers.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { aroundSends } from "../around-sends.ts";
import { localTables } from "../local-tables.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { straight } from "../straight.ts";
import { connectEvent, disconnectEvent } from "./connection-world.ts";
import { limits, peer, viewer } from "./identities.ts";

const at = 1_800_000_000_000;
let local: Awaited<ReturnType<typeof localTables>>;
let operations: string[];
let sent: WakeUp[];
beforeEach(async () => {
  local = await localTables();
  operations = [];
  sent = [];
  aroundSends(local.client, ({ operation }, send) => {
    operations.push(operation);
    return send();
  });
});
afterEach(() => local.close());

/** PeerConnectionHandler over the program's tables, whose time stands still, or moves as the test says. */
const handler = (now = () => at, wait: (milliseconds: number) => Promise<unknown> = async () => {}) =>
  peerConnection({
    registry: dynamoPeerRegistry(local.client, "peers", straight),
    removal: dynamoPeerRemoval(local.client, "peers", straight),
    members: dynamoChannelMembers(local.client, "peers", straight),
    pairs: dynamoPairs(local.client, "pairs", straight),
    wakeUps: { send: async (message) => void sent.push(message) },
    telemetry: recordedTelemetry("peer-connection").telemetry,
    now,
    wait,
    keepalives: dynamoKeepalives(local.client, "peers", straight),
    aliveBuckets: new TokenBuckets(),
  });
const rows = async () => {
  const { Items = [] } = await local.client.send(new ScanCommand({ TableName: "peers" }));
  return Items.map(({ clientId }) => clientId?.S).sort();
};

test("$connect puts one item, then reads who is there and what waits", async () => {
  expect(await handler()(connectEvent(viewer, "one", at))).toEqual({ statusCode: 200 });
  expect(operations).toEqual(["PutItem", "Query", "Query"]);
  expect(await rows()).toEqual(["ada"]);
});

test("$disconnect deletes that item, and after a newer connection nothing", async () => {
  await handler()(connectEvent(viewer, "one", at));
  await handler()(connectEvent(viewer, "two", at + 1));
  operations.length = 0;
  await handler()(disconnectEvent(viewer, "one", at));
  expect(operations).toEqual(["Query", "DeleteItem"]);
  expect(await rows()).toEqual(["ada"]);
  await handler()(disconnectEvent(viewer, "two", at + 1));
  expect(await rows()).toEqual([]);
});

test("a member that comes for a frame that was left before is handed it", async () => {
  const pairs = dynamoPairs(local.client, "pairs", straight);
  const pair = { recipient: "acme#lobby#ada", sender: "MASTER" };
  const frame = { frameId: "f", action: "SDP_OFFER", frame: "{}", sentAt: at, ufrags: [] } as const;
  await pairs.append(pair, await pairs.read(pair), { ...frame, ufrags: [], expiresAt: at + 60_000 }, at);
  await handler()(connectEvent(viewer, "one", at));
  expect(sent).toMatchObject([{ kind: "arrival", name: "ada", connectionId: "one" }]);
});

test("a member that comes again is handed an offer that it has left without an answer", async () => {
  const pairs = dynamoPairs(local.client, "pairs", straight);
  const pair = { recipient: "acme#lobby#ada", sender: "MASTER" };
  const offer = { frameId: "f", action: "SDP_OFFER" as const, frame: "{}", sentAt: at, ufrags: [] };
  const state = { ...newPair, offer: { ...offer, expiresAt: at + 60_000 } };
  await pairs.write(pair, await pairs.read(pair), { state, waiting: [] }, at);
  await handler()(connectEvent(viewer, "one", at));
  expect(sent).toMatchObject([{ kind: "arrival", name: "ada" }]);
});

test("of twelve that come at once into a channel for five, five are there afterwards, and were told so", async () => {
  const guests = Array.from({ length: 12 }, (_, age) => ({
    ...peer,
    clientId: `p${String(age).padStart(2, "0")}`,
    limits: { ...limits, peersPerChannel: 5 },
  }));
  // Time passes only while all who are still coming wait, up to the first of them.
  let now = at;
  let stillComing = guests.length;
  const waiting: { readonly until: number; readonly goOn: () => void }[] = [];
  const passTime = () => {
    if (stillComing === 0 || waiting.length < stillComing) return;
    const [first] = waiting.sort((one, other) => one.until - other.until).splice(0, 1);
    now = first?.until ?? now;
    first?.goOn();
  };
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      waiting.push({ until: now + milliseconds, goOn: resolve });
      passTime();
    });
  const come = async (guest: (typeof guests)[number], age: number) => {
    const { statusCode } = await handler(() => now, wait)(connectEvent(guest, `c-${age}`, at + age));
    stillComing -= 1;
    passTime();
    return statusCode;
  };
  const statuses = await Promise.all(guests.map(come));
  const kept = statuses.flatMap((status, age) => (status === 200 ? [guests[age]?.clientId] : []));
  expect(kept).toHaveLength(5);
  expect(await rows()).toEqual(kept);
});

test("a member keeps the time at which it got its place when it connects again, until its lease has ended", async () => {
  const placeSince = async () => {
    const { Items = [] } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    return Items.map((item) => Number(item.placeSince?.N) - at);
  };
  await handler()(connectEvent(viewer, "one", at));
  await handler(() => at + 60_000)(connectEvent(viewer, "two", at + 60_000));
  expect(await placeSince()).toEqual([0]);
  // Two hours and ten minutes after it connected last.
  const end = 60_000 + 7_800_000;
  await handler(() => at + end)(connectEvent(viewer, "three", at + end));
  expect(await placeSince()).toEqual([end]);
  expect(await rows()).toEqual(["ada"]);
});

test("a connection that is refused gives the name back to the one before, which the next sweep looks at", async () => {
  const guest = { ...peer, limits: { ...limits, peersPerChannel: 1 } };
  await handler()(connectEvent(viewer, "v", at));
  await handler(() => at + 1)(connectEvent(peer, "one", at + 1));
  const later = at + 60_000;
  operations.length = 0;
  expect(await handler(() => later)(connectEvent(guest, "two", later))).toEqual({ statusCode: 403 });
  expect(operations).toEqual(["PutItem", "PutItem", "Query", "Query", "PutItem"]);
  const { Items = [] } = await local.client.send(new ScanCommand({ TableName: "peers" }));
  expect(Items.find(({ clientId }) => clientId?.S === "p1")).toMatchObject({
    connectionId: { S: "one" },
    connectedAt: { N: "1800000000001" },
    keepaliveAt: { N: "1800000060" },
    expiresAt: { N: "1800007800" },
    shard: { N: expect.any(String) },
    subject: { S: "user-1" },
  });
});
