import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoPairs, type PairRow } from "../../../functions/signaling/pairs.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { candidateOf, offerOf, orderWorld } from "./order-world.ts";

const now = 1_800_000_000_000;
const pair = "acme#lobby#ada>MASTER";
const gate: NonNullable<PairRow["gate"]> = {
  order: "001800000000000#m1",
  sentAt: now,
  ufrags: ["aaaa"],
  state: "closed",
  replaced: ["zzzz"],
  latest: { SDP_OFFER: "001800000000000#m1" },
  posting: { order: "001800000000000#m1", by: "relay", until: now + 15_000 },
  connection: { id: "m1", foundAt: now },
};
const candidate = (frameId: string): PairRow["held"][number] => ({
  v: 1,
  tenant: "acme",
  channel: "lobby",
  recipient: "MASTER",
  frame: "{}",
  frameId,
  action: "ICE_CANDIDATE",
  acceptedAt: now,
  expiresAt: now + 60_000,
  negotiation: { pair, sentAt: now, ufrags: ["aaaa"] },
});

let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const table = () => dynamoPairs(local.client, "pairs", straight);

describe.each([
  ["in DynamoDB", table],
  ["in memory, as the other tests use it", () => memoryPairs().pairs],
])("a pair's row %s", (_, open) => {
  test("is empty before the first write, and gives back what was written", async () => {
    const pairs = open();
    expect(await pairs.read(pair)).toEqual({ version: 0, gate: undefined, held: [] });
    expect(await pairs.write(pair, 0, { gate }, now)).toEqual({ version: 1, gate, held: [] });
    expect(await pairs.read(pair)).toEqual({ version: 1, gate, held: [] });
    expect(await pairs.read("acme#lobby#MASTER>ada")).toEqual({ version: 0, gate: undefined, held: [] });
  });

  test("is written only in the version that was read", async () => {
    const pairs = open();
    await pairs.write(pair, 0, { gate }, now);
    expect(await pairs.write(pair, 0, { gate }, now)).toBe("changed");
    expect(await pairs.write(pair, 2, { gate }, now)).toBe("changed");
    expect(await pairs.write(pair, 1, { gate: { ...gate, state: "open" } }, now)).toMatchObject({
      version: 2,
      gate: { state: "open" },
    });
  });

  test("holds candidates in order, in the version that was read, before any SDP too", async () => {
    const pairs = open();
    expect(await pairs.hold(pair, 0, candidate("c1"), now)).toBe("held");
    expect(await pairs.hold(pair, 1, candidate("c2"), now)).toBe("changed");
    expect(await pairs.write(pair, 0, { gate }, now)).toMatchObject({ held: [{ frameId: "c1" }] });
    expect(await pairs.hold(pair, 0, candidate("c2"), now)).toBe("changed");
    expect(await pairs.hold(pair, 1, candidate("c2"), now)).toBe("held");
    expect((await pairs.read(pair)).held).toEqual([candidate("c1"), candidate("c2")]);
  });

  test("gives up what is held only to who knows how many wait", async () => {
    const pairs = open();
    await pairs.write(pair, 0, { gate }, now);
    await pairs.hold(pair, 1, candidate("c1"), now);
    await pairs.hold(pair, 1, candidate("c2"), now);
    expect(await pairs.write(pair, 1, { gate, held: { count: 0, rest: [] } }, now)).toBe("changed");
    expect(await pairs.write(pair, 1, { gate, held: { count: 1, rest: [] } }, now)).toBe("changed");
    expect(
      await pairs.write(pair, 1, { gate, held: { count: 2, rest: [candidate("c2")] } }, now),
    ).toMatchObject({ version: 2, held: [{ frameId: "c2" }] });
    expect(await pairs.write(pair, 2, { gate, held: { count: 1, rest: [] } }, now)).toMatchObject({
      version: 3,
      held: [],
    });
    expect(await pairs.write(pair, 3, { gate, held: { count: 0, rest: [] } }, now)).toMatchObject({
      version: 4,
      held: [],
    });
  });

  test("has room for 64", async () => {
    const pairs = open();
    for (let number = 0; number < 64; number += 1) {
      expect(await pairs.hold(pair, 0, candidate(`c${number}`), now)).toBe("held");
    }
    expect(await pairs.hold(pair, 0, candidate("c64"), now)).toBe("changed");
  });
});

test("twenty candidates at once and their SDP, against DynamoDB: the SDP first, each once", async () => {
  const world = orderWorld({ pairs: table() });
  const offer = offerOf("aaaa");
  const candidates = Array.from({ length: 20 }, (_, number) => candidateOf("aaaa", `candidate:${number}`));
  await Promise.all([
    ...candidates.slice(0, 10).map((one, index) => world.instance()(one, `c${index}`, now + 1)),
    world.instance()(offer, "o", now),
    ...candidates.slice(10).map((one, index) => world.instance()(one, `d${index}`, now + 1)),
  ]);
  for (let pass = 0; pass < 5; pass += 1) await world.workQueue();
  const received = world.received.map(({ payload }) => payload);
  expect(received[0]).toBe(offer.messagePayload);
  expect(received.slice(1).toSorted()).toEqual(candidates.map(({ messagePayload }) => messagePayload).sort());
});

test("a row that is not ours is a fault that names the attribute", async () => {
  await local.client.send(
    new UpdateItemCommand({
      TableName: "pairs",
      Key: { pair: { S: pair } },
      UpdateExpression: "SET gate = :g",
      ExpressionAttributeValues: { ":g": { S: "{}" } },
    }),
  );
  await expect(table().read(pair)).rejects.toMatchObject({
    code: "row_malformed",
    message: "pairs: attribute gate is missing or of a wrong type",
  });
});

test("a fault passes on", async () => {
  const pairs = dynamoPairs(local.client, "no-table", straight);
  const fault = { name: "ResourceNotFoundException" };
  await expect(pairs.read(pair)).rejects.toMatchObject(fault);
  await expect(pairs.write(pair, 0, { gate }, now)).rejects.toMatchObject(fault);
  await expect(pairs.hold(pair, 0, candidate("c"), now)).rejects.toMatchObject(fault);
});
