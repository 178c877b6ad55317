import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { writeIdentity } from "../../functions/signaling/identity.ts";
import { handler as topics } from "../../functions/signaling/topics.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { localTables } from "./local-tables.ts";
import { peer } from "./signaling/identities.ts";

const variables = { ...process.env };
let local: Awaited<ReturnType<typeof localTables>>;
let aws: Awaited<ReturnType<typeof awsEndpoint>>;
const lines: Record<string, unknown>[] = [];
const realNow = Date.now;
let passed = 0;
/** Until who has subscribed is not expected to announce itself any more. */
const pass = () => {
  passed += 5_000;
};

beforeAll(async () => {
  local = await localTables();
  aws = await awsEndpoint(local.tables);
  jest.spyOn(Date, "now").mockImplementation(() => realNow() + passed);
  jest.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(JSON.parse(String(text))) > 0);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: aws.url,
    TOPICS_TABLE: "topics",
    CONNECTIONS_URL: `${aws.url}/v1`,
    CUSTOMERS_TABLE: "",
    PLANS: "",
  });
});
afterEach(() => {
  lines.splice(0);
  aws.takeOperations();
});
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = variables;
  await aws.close();
  await local.close();
});

const ask = (connectionId: string, frame: object) =>
  topics({
    requestContext: {
      connectionId,
      requestId: "r",
      connectedAt: Date.now(),
      authorizer: writeIdentity(peer),
    },
    body: JSON.stringify(frame),
  });

/** The calls that a frame takes. */
async function callsOf(connectionId: string, frame: object): Promise<readonly string[]> {
  aws.takeOperations();
  await ask(connectionId, frame);
  return aws.takeOperations();
}

const room = { topics: ["room"] };

test("a subscription takes two calls, three if it is the first ever to its topic, and its end two", async () => {
  const two = ["UpdateItem", "UpdateItem"];
  expect(await callsOf("c-1", { type: "subscribe", ...room })).toEqual([...two, "UpdateItem"]);
  expect(await callsOf("c-2", { type: "subscribe", ...room })).toEqual(two);
  expect(await callsOf("c-1", { type: "subscribe", ...room })).toEqual(two);
  for (const id of ["c-1", "c-2"]) expect(await callsOf(id, { type: "unsubscribe", ...room })).toEqual(two);
  expect(await callsOf("c-1", { type: "subscribe", ...room })).toEqual(two);
});

test("a published frame takes a read and a post to each of the others, the first a write more, and is told to its publisher", async () => {
  for (const id of ["c-1", "c-2", "c-3"]) await ask(id, { type: "subscribe", ...room });
  pass();
  expect(await callsOf("c-1", { type: "publish", topic: "room" })).toEqual([
    ...["GetItem", "UpdateItem", "PostToConnection", "PostToConnection"],
  ]);
  aws.connections.set("c-3", 410);
  aws.takeOperations();
  lines.splice(0);
  const echo = '{"type":"publish","topic":"room","data":1,"clients":3}';
  expect(await ask("c-1", { type: "publish", topic: "room", data: 1 })).toEqual({
    statusCode: 200,
    body: echo,
  });
  expect(aws.requests).toContainEqual(expect.objectContaining({ path: "/v1/@connections/c-2", body: echo }));
  expect(aws.takeOperations()).toEqual(["GetItem", "PostToConnection", "PostToConnection", "UpdateItem"]);
  expect(lines).toMatchObject([
    { function: "topics", outcome: "published", reached: 1, gone: 1, awsCalls: 4 },
  ]);
  expect(await callsOf("c-1", { type: "publish", topic: "room" })).toEqual(["GetItem", "PostToConnection"]);
});

test("a throttled post is tried five times, then dropped", async () => {
  for (const id of ["c-4", "c-5"]) await ask(id, { type: "subscribe", topics: ["busy"] });
  pass();
  await ask("c-4", { type: "publish", topic: "busy" });
  aws.connections.set("c-5", 429);
  lines.splice(0);
  expect(await callsOf("c-4", { type: "publish", topic: "busy" })).toEqual([
    "GetItem",
    ...Array.from({ length: 5 }, () => "PostToConnection"),
  ]);
  expect(lines).toMatchObject([{ outcome: "published", reached: 0, gone: 0, unreachable: 1 }]);
});

test("a ping takes no call", async () => {
  expect(await callsOf("c-1", { type: "ping" })).toEqual([]);
  expect((await ask("c-1", { type: "ping" })).body).toBe('{"type":"pong"}');
  expect(lines).toEqual([]);
});
