import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GetItemCommand, UpdateItemCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { newPair } from "../../../functions/signaling/pair-state.ts";
import { pairAttributes } from "../../../functions/signaling/pair-update.ts";
import { dynamoPairs } from "../../../functions/signaling/pairs.ts";
import { pairsContract } from "../../contracts/pairs.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { candidate, offer, payloads } from "./frames-to-send.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { start as now, orderWorld, pair } from "./order-world.ts";

pairsContract("in memory, as the other tests use it", async () => ({
  pairs: memoryPairs().pairs,
  close: async () => {},
}));

pairsContract("in the local cloud's DynamoDB", async () => {
  const { client, close } = await localTables();
  return { pairs: dynamoPairs(client, "pairs", straight), close };
});

describe("in DynamoDB", () => {
  let local: Awaited<ReturnType<typeof localTables>>;
  beforeEach(async () => {
    local = await localTables();
  });
  afterEach(() => local.close());
  const table = () => dynamoPairs(local.client, "pairs", straight);
  const key = { recipient: { S: pair.recipient }, sender: { S: pair.sender } };
  const item = async () =>
    (await local.client.send(new GetItemCommand({ TableName: "pairs", Key: key }))).Item ?? {};
  const nothing = { version: 0, state: newPair, waiting: [] };
  const frame = (frameId: string, expiresAt: number) => ({
    ...{ frameId, frame: "{}", sentAt: now, expiresAt, ufrags: [], action: "ICE_CANDIDATE" as const },
  });

  test("a row of waiting frames ends in an hour if no SDP comes, else in 24", async () => {
    await table().append(pair, nothing, frame("c1", now + 60_000), now);
    expect((await item()).expiresAt).toEqual({ N: "1800003600" });
    await table().write(pair, await table().read(pair), { state: newPair }, now);
    expect((await item()).expiresAt).toEqual({ N: "1800086400" });
  });

  test("the sweeper is told the second in which the first frame expires, until none waits", async () => {
    await table().append(pair, nothing, frame("c1", now + 60_001), now);
    await table().append(pair, nothing, frame("c2", now + 90_000), now);
    expect(await item()).toMatchObject({ dueAt: { N: "1800000061" }, waitingFrames: { N: "2" } });
    const row = await table().read(pair);
    const change = { state: newPair, waiting: [frame("c2", now + 90_000)] };
    await table().write(pair, row, change, now);
    expect(await item()).toMatchObject({ dueAt: { N: "1800000090" }, waitingFrames: { N: "1" } });
    await table().write(pair, await table().read(pair), { state: newPair, waiting: [] }, now);
    const left = Object.keys(await item()).toSorted();
    expect(left).toEqual(["expiresAt", "recipient", "sender", "state", "v", "version"]);
  });

  test("no attribute is written but those that a function may be allowed", async () => {
    await table().append(pair, nothing, frame("c1", now + 60_000), now);
    await table().write(pair, await table().read(pair), { state: newPair }, now);
    for (const name of Object.keys(await item())) {
      expect(["recipient", "sender", ...pairAttributes]).toContain(name);
    }
  });

  test("twenty candidates at once and their SDP: the SDP first, each once", async () => {
    const world = orderWorld({ pairs: table() });
    const candidates = Array.from({ length: 20 }, (_, number) => candidate(number));
    await Promise.all([
      ...candidates.slice(0, 10).map((one, index) => world.instance()(one, `c${index}`, now + 1)),
      world.instance()(offer, "o", now),
      ...candidates.slice(10).map((one, index) => world.instance()(one, `d${index}`, now + 1)),
    ]);
    await world.workQueue();
    expect(world.payloads()[0]).toBe(offer.messagePayload);
    expect(world.payloads().slice(1).toSorted()).toEqual(payloads(...candidates).toSorted());
  });

  test.each([
    ["state", { S: "{}" }],
    ["state", { S: "{" }],
    ["version", { S: "1" }],
    ["waiting", { L: [{ S: "{}" }] }],
  ])("a row whose %s is not ours is a fault that names the attribute", async (attribute, value) => {
    await local.client.send(
      new UpdateItemCommand({
        ...{ TableName: "pairs", Key: key, UpdateExpression: "SET #a = :v" },
        ExpressionAttributeNames: { "#a": attribute },
        ExpressionAttributeValues: { ":v": value as { S: string } },
      }),
    );
    await expect(table().read(pair)).rejects.toMatchObject({
      code: "row_malformed",
      message: `pairs: attribute ${attribute} is missing or of a wrong type`,
    });
  });

  test("a fault passes on", async () => {
    const pairs = dynamoPairs(local.client, "no-table", straight);
    const fault = { name: "ResourceNotFoundException" };
    await expect(pairs.read(pair)).rejects.toMatchObject(fault);
    await expect(pairs.write(pair, nothing, { state: newPair }, now)).rejects.toMatchObject(fault);
    await expect(pairs.append(pair, nothing, frame("c", now), now)).rejects.toMatchObject(fault);
    await expect(pairs.waitingFor(pair.recipient, now)).rejects.toMatchObject(fault);
  });
});
