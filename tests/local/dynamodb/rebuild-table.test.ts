import { expect, test } from "@jest/globals";
import { peersTable } from "./peers-table.ts";
import { tablesForEachTest } from "./running-tables.ts";

const db = tablesForEachTest();

const byRole = {
  ...peersTable,
  createTable: {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: peersTable.createTable.KeySchema,
    AttributeDefinitions: [
      { AttributeName: "channel", AttributeType: "S" },
      { AttributeName: "clientId", AttributeType: "S" },
      { AttributeName: "role", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "role",
        KeySchema: [{ AttributeName: "role", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  },
};
const peer = (clientId: string, more: object = {}) => ({
  channel: { S: "lobby" },
  clientId: { S: clientId },
  ...more,
});
const put = (Item: object) => db.tables.handle("PutItem", { TableName: "peers", Item });
const namesIn = async (request: object): Promise<string[]> => {
  const { body } = await db.tables.handle("Query", { TableName: "peers", ...request });
  const { Items }: { Items: readonly { clientId: { S: string } }[] } = JSON.parse(body);
  return Items.map(({ clientId }) => clientId.S);
};
const all = {
  KeyConditionExpression: "channel = :lobby",
  ExpressionAttributeValues: { ":lobby": { S: "lobby" } },
};

test("a table gets another global index with every row it has, and those written meanwhile", async () => {
  // More than the megabyte that one page of a scan carries.
  const text = { S: "x".repeat(8_000) };
  for (let n = 0; n < 300; n++)
    await put(peer(String(n), n % 3 === 0 ? { role: { S: "MASTER" } } : { text }));
  const meanwhile = Array.from({ length: 500 }, (_, n) =>
    put(peer(`before ${n}`, { role: { S: "MASTER" } })),
  );
  let done = false;
  const changed = db.tables.putTable(byRole).finally(() => {
    done = true;
  });
  while (!done && meanwhile.length < 2_000) {
    meanwhile.push(put(peer(`late ${meanwhile.length}`, { role: { S: "MASTER" } })));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await changed;
  expect(new Set((await Promise.all(meanwhile)).map(({ status }) => status))).toEqual(new Set([200]));
  const masters = {
    IndexName: "role",
    KeyConditionExpression: "#role = :master",
    ExpressionAttributeNames: { "#role": "role" },
    ExpressionAttributeValues: { ":master": { S: "MASTER" } },
  };
  const found = await namesIn({ ...masters, ProjectionExpression: "clientId" });
  expect(found).toHaveLength(100 + meanwhile.length);
});

test("a row whose attribute is of another type than the index wants is named, and nothing changes", async () => {
  await put(peer("ada", { role: { N: "7" } }));
  await expect(db.tables.putTable(byRole)).rejects.toThrow(
    "Table peers cannot have this index: role of a row is not of the type S.",
  );
  expect(await namesIn(all)).toEqual(["ada"]);
  const { body } = await db.tables.handle("DescribeTable", { TableName: "peers" });
  expect(JSON.parse(body).Table.GlobalSecondaryIndexes).toHaveLength(1);
});
