import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { peersTable } from "./peers-table.ts";

const clean: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function inFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-d-reads-"));
  clean.push(() => rm(folder, { recursive: true }));
  return folder;
}

/** A table with so many rows of one channel, each with so many characters of text. */
async function tableOf(rows: number, characters: number, path?: string): Promise<Tables> {
  const tables = await createTables({ clock: new AdvanceableClock(), ...(path !== undefined && { path }) });
  clean.push(() => tables.stop());
  await tables.putTable(peersTable);
  const text = { S: "x".repeat(characters) };
  for (let row = 0; row < rows; row++) {
    await tables.handle("PutItem", { TableName: "peers", Item: { ...keyOf(row), text } });
  }
  return tables;
}

const keyOf = (row: number) => ({
  channel: { S: "lobby" },
  clientId: { S: String(row).padStart(4, "0") },
});

const byChannel = {
  TableName: "peers",
  KeyConditionExpression: "channel = :lobby",
  ExpressionAttributeValues: { ":lobby": { S: "lobby" } },
};

/** The rows that each page of a query has, until there is no other. */
async function pages(tables: Tables, request: object): Promise<number[][]> {
  const found: number[][] = [];
  let from: object | undefined;
  do {
    const { body } = await tables.handle("Query", {
      ...byChannel,
      ...request,
      ...(from && { ExclusiveStartKey: from }),
    });
    const { Items, LastEvaluatedKey } = JSON.parse(body) as {
      Items: { clientId: { S: string } }[];
      LastEvaluatedKey?: object;
    };
    found.push(Items.map(({ clientId }) => Number(clientId.S)));
    from = LastEvaluatedKey;
  } while (from);
  return found;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => from + place);

describe.each([
  { where: "in memory", path: async () => undefined },
  { where: "on disk", path: inFolder },
])("rows $where", ({ path }) => {
  test("come complete and in order where there are hundreds", async () => {
    const tables = await tableOf(250, 1, await path());
    expect(await pages(tables, {})).toEqual([numbers(0, 250)]);
    expect(await pages(tables, { ScanIndexForward: false })).toEqual([numbers(0, 250).reverse()]);
  });

  test("come in pages of the limit", async () => {
    const tables = await tableOf(250, 1, await path());
    expect(await pages(tables, { Limit: 100 })).toEqual([
      numbers(0, 100),
      numbers(100, 200),
      numbers(200, 250),
    ]);
  });

  test("come in pages of 1 MB", async () => {
    const tables = await tableOf(130, 20_000, await path());
    expect(await pages(tables, {})).toEqual([numbers(0, 52), numbers(52, 104), numbers(104, 130)]);
  });
});

test("a row that was written by the call before is read, and one that was deleted is not", async () => {
  const tables = await tableOf(1, 1, await inFolder());
  const read = async () =>
    JSON.parse((await tables.handle("GetItem", { TableName: "peers", Key: keyOf(0) })).body).Item;
  expect(await read()).toEqual({ ...keyOf(0), text: { S: "x" } });
  await tables.handle("DeleteItem", { TableName: "peers", Key: keyOf(0) });
  expect(await read()).toBeUndefined();
});
