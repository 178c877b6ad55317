import {
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { withTransactions } from "../../../local/dynamodb/transactions.ts";
import { key, put, row, tablesForEachTest } from "./running-tables.ts";

const running = tablesForEachTest();

const bob = { channel: { S: "lobby" }, clientId: { S: "bob" } };
const putBob: TransactWriteItem = { Put: { TableName: "peers", Item: { ...bob, role: { S: "VIEWER" } } } };
const rename = (from: string, to: string): TransactWriteItem => ({
  Update: {
    TableName: "peers",
    Key: key,
    UpdateExpression: "SET #role = :to",
    ConditionExpression: "#role = :from",
    ExpressionAttributeNames: { "#role": "role" },
    ExpressionAttributeValues: { ":from": { S: from }, ":to": { S: to } },
  },
});
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  running.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const rowOfBob = async () =>
  (await running.client.send(new GetItemCommand({ TableName: "peers", Key: bob }))).Item;

test("all of its writes happen", async () => {
  await put(running, { role: { S: "PEER" } });
  await transact([rename("PEER", "MASTER"), putBob]);
  expect(await row(running)).toMatchObject({ role: { S: "MASTER" } });
  expect(await rowOfBob()).toMatchObject({ role: { S: "VIEWER" } });
});

test.each([
  ["first", [rename("VIEWER", "MASTER"), putBob], ["ConditionalCheckFailed", "None"]],
  ["last", [putBob, rename("VIEWER", "MASTER")], ["None", "ConditionalCheckFailed"]],
])("none happens when the condition of the %s fails, and each reason is told", async (_, writes, codes) => {
  await put(running, { role: { S: "PEER" } });
  await expect(transact(writes)).rejects.toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: codes.map((Code) => expect.objectContaining({ Code })),
  });
  expect(await row(running)).toMatchObject({ role: { S: "PEER" } });
  expect(await rowOfBob()).toBeUndefined();
});

test("one that comes again with its token is done, and with other writes is refused", async () => {
  await put(running, { role: { S: "PEER" } });
  await transact([rename("PEER", "MASTER")], "token-1");
  await transact([rename("PEER", "MASTER")], "token-1");
  await expect(transact([rename("MASTER", "PEER")], "token-1")).rejects.toMatchObject({
    name: "IdempotentParameterMismatchException",
  });
});

test.each([
  ["no write", []],
  ["two of one item", [putBob, putBob]],
  ["an operation that is not here", [{ Delete: { TableName: "peers", Key: bob } }]],
  [
    "a name that nothing stands for",
    [putBob, { Update: { TableName: "peers", Key: key, UpdateExpression: "SET #x = :y" } }],
  ],
] as [string, TransactWriteItem[]][])("%s is refused, and nothing is written", async (_, writes) => {
  await expect(transact(writes)).rejects.toMatchObject({ name: "ValidationException" });
  expect(await rowOfBob()).toBeUndefined();
});

test("it needs what each of its writes needs", () => {
  const { accessesOf } = withTransactions(running.tables, () => 0);
  expect(
    accessesOf("TransactWriteItems", { TransactItems: [rename("PEER", "MASTER"), putBob] }),
  ).toMatchObject([
    { action: "dynamodb:UpdateItem", context: { "dynamodb:Attributes": ["channel", "clientId", "role"] } },
    { action: "dynamodb:PutItem", context: { "dynamodb:LeadingKeys": ["lobby"] } },
  ]);
});

test("no other call sees or changes a part of it", async () => {
  const count = new UpdateItemCommand({
    TableName: "peers",
    Key: key,
    UpdateExpression: "ADD #n :one",
    ExpressionAttributeNames: { "#n": "n" },
    ExpressionAttributeValues: { ":one": { N: "1" } },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }), async (kinds) => {
      await put(running, { role: { S: "PEER" } });
      // Those that are cancelled put the row back as it was before them.
      const all = kinds.map((isCount) =>
        isCount ? running.client.send(count) : transact([addOne, never]).catch(() => {}),
      );
      await Promise.all(all);
      expect(Number((await row(running))?.n?.N ?? 0)).toBe(kinds.filter(Boolean).length);
    }),
    { numRuns: 30 },
  );
});

const addOne: TransactWriteItem = {
  Update: {
    TableName: "peers",
    Key: key,
    UpdateExpression: "ADD #n :one",
    ExpressionAttributeNames: { "#n": "n" },
    ExpressionAttributeValues: { ":one": { N: "1" } },
  },
};
const never: TransactWriteItem = {
  Put: {
    TableName: "peers",
    Item: bob,
    ConditionExpression: "attribute_exists(#c)",
    ExpressionAttributeNames: { "#c": "role" },
  },
};
