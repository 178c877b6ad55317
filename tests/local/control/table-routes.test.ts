import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type Control, startControl } from "../../../local/control/control.ts";
import { tableRoutes } from "../../../local/control/table-routes.ts";
import { tablesForEachTest } from "../dynamodb/running-tables.ts";
import { forgeRequest, testToken } from "../loopback/forge-request.ts";

const running = tablesForEachTest();
let control: Control;

beforeEach(async () => {
  await running.tables.putTable({
    name: "keyed-once",
    arn: "arn:aws:dynamodb:us-east-1:000000000000:table/keyed-once",
    createTable: {
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    },
    deletionProtection: false,
  });
  control = await startControl({
    token: testToken,
    consoleOrigin: () => "http://127.0.0.1:4999",
    clock: new AdvanceableClock(),
    status: () => ({}),
    resources: () => [],
    grants: () => [],
    denials: () => [],
    logLines: () => [],
    instances: () => ({}),
    moreRoutes: tableRoutes(running.tables),
  });
});
afterEach(() => control.close());

const get = (path: string) => forgeRequest(`${control.url}${path}`);
const itemsOf = async (path: string) => ((await get(path)).json() as { items: unknown[] }).items;

const put = (channel: string, clientId: string) =>
  running.client.send(
    new PutItemCommand({ TableName: "peers", Item: { channel: { S: channel }, clientId: { S: clientId } } }),
  );

test("shows the rows with the greatest sort keys of all partitions, greatest last", async () => {
  for (const [channel, clientId] of [
    ["lobby", "c"],
    ["attic", "a"],
    ["cellar", "d"],
    ["lobby", "b"],
  ] as const) {
    await put(channel, clientId);
  }
  expect(await itemsOf("/tables/peers/items?limit=3")).toEqual([
    { channel: "lobby", clientId: "b" },
    { channel: "lobby", clientId: "c" },
    { channel: "cellar", clientId: "d" },
  ]);
});

test("shows 100 rows unless told, and 1,000 at most", async () => {
  for (let row = 0; row < 105; row += 1) await put("crowd", String(row).padStart(3, "0"));
  const shown = await itemsOf("/tables/peers/items");
  expect([shown.length, shown[0]]).toEqual([100, { channel: "crowd", clientId: "005" }]);
  expect(await itemsOf("/tables/peers/items?limit=1000")).toHaveLength(105);
  expect(await itemsOf("/tables/peers/items?limit=1")).toEqual([{ channel: "crowd", clientId: "104" }]);
});

test("shows every type of attribute as plain JSON", async () => {
  await running.client.send(
    new PutItemCommand({
      TableName: "keyed-once",
      Item: {
        id: { S: "one" },
        number: { N: "1.5" },
        beyond: { N: "12345678901234567890" },
        flag: { BOOL: false },
        nothing: { NULL: true },
        list: { L: [{ N: "1" }, { S: "two" }] },
        map: { M: { inner: { S: "deep" } } },
        names: { SS: ["a"] },
        numbers: { NS: ["7"] },
        bytes: { B: new Uint8Array([1, 2, 3]) },
      },
    }),
  );
  expect(await itemsOf("/tables/keyed-once/items?limit=1")).toEqual([
    {
      id: "one",
      number: 1.5,
      beyond: "12345678901234567890",
      flag: false,
      nothing: null,
      list: [1, "two"],
      map: { inner: "deep" },
      names: ["a"],
      numbers: [7],
      bytes: "AQID",
    },
  ]);
});

test.each(["nowhere", "x", "a%2Fb", "%3Cb%3E"])("knows no table %s", async (name) => {
  const reply = await get(`/tables/${name}/items`);
  expect([reply.status, reply.json()]).toMatchObject([404, { code: "table_unknown", retryable: false }]);
});

test.each(["limit=0", "limit=1001", "limit=ten", "limit=-1", "limits=5"])("refuses %s", async (query) => {
  const reply = await get(`/tables/peers/items?${query}`);
  expect([reply.status, reply.json()]).toMatchObject([
    400,
    { code: "query_invalid", detail: expect.stringContaining(`${query.split("=")[0]}: `) },
  ]);
});
