import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { PutItemCommand, ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoExpiredProofs } from "../../../functions/signaling/expired-proofs.ts";
import { localTablesInProcess } from "../local-tables.ts";
import { straight } from "../straight.ts";

/** Epoch seconds. */
const now = 1_800_000_000;
const dayAgo = 1_799_913_600;

let local: Awaited<ReturnType<typeof localTablesInProcess>>;
beforeEach(async () => {
  local = await localTablesInProcess();
});
afterEach(() => local.close());

const put = async (name: string, expiresAt: number, filler = "") => {
  const Item = { proofHash: { S: name }, expiresAt: { N: String(expiresAt) }, filler: { S: filler } };
  await local.client.send(new PutItemCommand({ TableName: "proofs", Item }));
};
const left = async () => {
  const { Items = [] } = await local.client.send(new ScanCommand({ TableName: "proofs" }));
  return Items.map(({ proofHash }) => proofHash?.S).toSorted();
};
const sweepOf = (part: number, mayGoOn = () => true) =>
  dynamoExpiredProofs(local.client, "proofs", straight).remove(part, now, mayGoOn);
const parts = Array.from({ length: 60 }, (_, part) => part);

test("those that expired a day ago are removed within an hour of sweeps, and no other", async () => {
  for (let number = 0; number < 40; number += 1) {
    await put(`old-${number}`, dayAgo - number * 3_600);
    await put(`fresh-${number}`, dayAgo + 1 + number * 3_600);
  }
  let removed = 0;
  const busy = [];
  for (const part of parts) {
    const some = await sweepOf(part);
    removed += some;
    if (some > 0) busy.push(part);
  }
  expect(removed).toBe(40);
  // No part has all of the work.
  expect(busy.length).toBeGreaterThan(10);
  const fresh = Array.from({ length: 40 }, (_, number) => `fresh-${number}`);
  expect(await left()).toEqual(fresh.toSorted());
});

test("a part is read over all of its pages", async () => {
  for (let number = 0; number < 400; number += 1) await put(`old-${number}`, dayAgo);
  const part = { TableName: "proofs", Segment: 7, TotalSegments: 60 };
  const { Items = [] } = await local.client.send(new ScanCommand(part));
  // A page ends at 1 MB.
  for (const { proofHash } of Items) await put(proofHash?.S ?? "", dayAgo, "x".repeat(380_000));
  expect(Items.length).toBeGreaterThan(3);
  expect((await local.client.send(new ScanCommand(part))).LastEvaluatedKey).toBeDefined();
  expect(await sweepOf(7)).toBe(Items.length);
  expect(await left()).toHaveLength(400 - Items.length);
});

test("what time does not suffice for is left for the next hour", async () => {
  for (let number = 0; number < 12; number += 1) await put(`old-${number}`, dayAgo);
  const removed = await Promise.all(parts.map((part) => sweepOf(part, () => false)));
  expect(removed.every((count) => count === 0)).toBe(true);
  expect(await left()).toHaveLength(12);
});
