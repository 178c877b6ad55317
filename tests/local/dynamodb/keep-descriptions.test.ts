import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import { keepDescriptions } from "../../../local/dynamodb/keep-descriptions.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { peersTable } from "./peers-table.ts";

let tables: Tables;

beforeEach(async () => {
  tables = await createTables({ clock: new AdvanceableClock() });
  await tables.putTable(peersTable);
});

afterEach(() => tables.stop());

const answer = async (operation: string, request: object) => {
  const { status, body } = await tables.handle(operation, { TableName: "peers", ...request });
  return [status, JSON.parse(body).message];
};

const ada = { channel: { S: "lobby" }, clientId: { S: "ada" } };
const otherKeys = {
  ...peersTable,
  createTable: {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
  },
};

test("a table that was used and is deleted is not found, and made again with other keys it has those", async () => {
  await answer("PutItem", { Item: ada });
  await tables.deleteTable("peers");
  expect(await answer("GetItem", { Key: ada })).toEqual([400, "Requested resource not found"]);

  await tables.putTable(otherKeys);
  expect(await answer("PutItem", { Item: { id: { N: "1" } } })).toEqual([200, undefined]);
  expect(await answer("GetItem", { Key: ada })).toEqual([
    400,
    "The provided key element does not match the schema",
  ]);
});

test("a table that was used and gets another index is queried by it at once", async () => {
  await answer("PutItem", { Item: { ...ada, country: { S: "it" } } });
  const byCountry = {
    IndexName: "country",
    KeyConditionExpression: "country = :it",
    ExpressionAttributeValues: { ":it": { S: "it" } },
  };
  expect(await answer("Query", byCountry)).toEqual([
    400,
    "The table does not have the specified index: country",
  ]);

  await tables.putTable({
    ...peersTable,
    createTable: {
      ...peersTable.createTable,
      AttributeDefinitions: [
        { AttributeName: "channel", AttributeType: "S" },
        { AttributeName: "clientId", AttributeType: "S" },
        { AttributeName: "country", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "country",
          KeySchema: [{ AttributeName: "country", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    },
  });
  const { body } = await tables.handle("Query", { TableName: "peers", ...byCountry });
  expect(JSON.parse(body).Items).toEqual([{ ...ada, country: { S: "it" } }]);
});

type Callback = (error: unknown, value?: unknown) => void;

test("a read that began before a change and ends after it is not kept", () => {
  let stored = "before";
  const reads: (() => void)[] = [];
  const store = {
    tableDb: {
      put(_name: string, description: unknown, callback: Callback) {
        stored = String(description);
        callback(null);
      },
      del() {},
    },
    getTable(_name: string, ...rest: [Callback] | [boolean, Callback]) {
      const found = stored;
      reads.push(() => (rest.at(-1) as Callback)(null, found));
    },
  };
  keepDescriptions(store);
  const got: unknown[] = [];
  const get = () =>
    store.getTable("peers", (_error: unknown, description?: unknown) => got.push(description));
  get();
  store.tableDb.put("peers", "after", () => {});
  reads.shift()?.();
  get();
  reads.shift()?.();
  get();
  expect(got).toEqual(["before", "after", "after"]);
  expect(reads).toEqual([]);
});
