import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { PutItemCommand, ScanCommand } from "../../functions/shared/aws/dynamodb.ts";
import { handler as peerConnection } from "../../functions/signaling/peer-connection.ts";
import { handler as relay } from "../../functions/signaling/relay.ts";
import { handler as revoke } from "../../functions/signaling/revoke.ts";
import { handler as sweep } from "../../functions/signaling/sweep.ts";
import { handler as topics } from "../../functions/signaling/topics.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { localTables } from "./local-tables.ts";
import { connectEvent, disconnectEvent } from "./signaling/connection-world.ts";
import { limits, master, viewer } from "./signaling/identities.ts";

const variables = { ...process.env };
let local: Awaited<ReturnType<typeof localTables>>;
let aws: Awaited<ReturnType<typeof awsEndpoint>>;
const lines: Record<string, unknown>[] = [];
const plan = { name: "Team", priceId: "price_1", group: "default" };

beforeAll(async () => {
  local = await localTables();
  aws = await awsEndpoint(local.tables);
  jest.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(JSON.parse(String(text))) > 0);
  const { now } = Date;
  jest.spyOn(Date, "now").mockImplementation(() => stopped ?? now());
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: aws.url,
    PEERS_TABLE: "peers",
    PROOFS_TABLE: "proofs",
    PAIRS_TABLE: "pairs",
    TOPICS_TABLE: "topics",
    CUSTOMERS_TABLE: "customers",
    SOCKETS_TABLE: "sockets",
    DELIVERIES_QUEUE_URL: `${aws.url}/000000000000/deliveries.fifo`,
    REVOCATIONS_QUEUE_URL: `${aws.url}/000000000000/revocations.fifo`,
    CONNECTIONS_URL: `${aws.url}/v1`,
    PLANS: JSON.stringify({
      team: { ...plan, limits },
      small: { ...plan, limits: { ...limits, maxFrameBytes: 100 } },
    }),
  });
});
afterEach(() => {
  stopped = undefined;
  lines.splice(0);
  aws.takeOperations();
});
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = variables;
  await aws.close();
  await local.close();
});

const year2100 = 4_102_444_800;
const payer = (subject: string) => ({ ...viewer, subject, clientId: subject, paid: true }) as const;
const entitle = (subject: string, entitlement: object) =>
  local.client.send(
    new PutItemCommand({
      TableName: "customers",
      Item: { user: { S: `acme#${subject}` }, entitlement: { S: JSON.stringify(entitlement) } },
    }),
  );
const buys = (subject: string, planId = "team") =>
  entitle(subject, { kind: "entitled", planId, until: year2100 });
const cancels = (subject: string) => entitle(subject, { kind: "none", reason: "canceled" });

const connect = async (subject: string, id = `c-${subject}`) => {
  aws.takeOperations();
  return (await peerConnection(connectEvent(payer(subject), id, Date.now()))).statusCode;
};
const frame = (text: string, subject: string) => ({
  requestContext: {
    ...connectEvent(payer(subject), `c-${subject}`, Date.now()).requestContext,
    messageId: crypto.randomUUID(),
  },
  body: text,
});
const offer = JSON.stringify({
  action: "SDP_OFFER",
  messagePayload: Buffer.from('{"type":"offer","sdp":"a=ice-ufrag:aaaa"}').toString("base64"),
  correlationId: "c",
});
const candidate = JSON.stringify({
  action: "ICE_CANDIDATE",
  messagePayload: Buffer.from('{"candidate":"candidate:1","usernameFragment":"aaaa"}').toString("base64"),
  correlationId: "c",
});
const codeOf = ({ body = "{}" }: { body?: string }) => JSON.parse(body).statusResponse?.code;
/** Stops the clock of the functions, which they have taken when they were composed; undefined lets it run. */
let stopped: number | undefined;

const rows = async (table: string) =>
  ((await local.client.send(new ScanCommand({ TableName: table }))).Items ?? [])
    .map(({ connectionId }) => connectionId?.S)
    .sort();

const revocationOf = (subject: string) => ({
  Records: [
    {
      messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
      receiptHandle: "receipt",
      body: JSON.stringify({ v: 1, user: `acme#${subject}`, version: 2, cause: "evt_1" }),
      attributes: { ApproximateReceiveCount: "1", MessageGroupId: "g" },
    },
  ],
});

test("a paid connection takes two calls more than a free one: its socket, then whether there still is access", async () => {
  await peerConnection(connectEvent(master, "c-master", Date.now()));
  expect(aws.takeOperations()).toEqual(["PutItem", "Query", "Query"]);
  await buys("ada");
  expect(await connect("ada")).toBe(200);
  expect(aws.takeOperations()).toEqual(["PutItem", "PutItem", "Query", "Query", "GetItem"]);
  expect(await rows("sockets")).toEqual(["c-ada"]);
});

test("a proof that is older than the end of access opens nothing, and leaves nothing", async () => {
  await cancels("eve");
  expect(await connect("eve")).toBe(403);
  expect(lines.at(-1)).toMatchObject({ outcome: "refused", code: "access_ended" });
  expect(aws.takeOperations().slice(-2)).toEqual(["DeleteItem", "DeleteItem"]);
  expect(await rows("sockets")).toEqual(["c-ada"]);
  expect(await rows("peers")).toEqual(["c-ada", "c-master"]);
});

test("a warm candidate of who pays takes one call, and one more every five seconds", async () => {
  const now = Date.now();
  stopped = now;
  expect(codeOf(await relay(frame(offer, "ada")))).toBe("delivered");
  expect(aws.takeOperations()).toEqual([
    "GetItem",
    "UpdateItem",
    "GetItem",
    "PostToConnection",
    "UpdateItem",
  ]);
  stopped = now + 4_999;
  await relay(frame(candidate, "ada"));
  expect(aws.takeOperations()).toEqual(["PostToConnection"]);
  stopped = now + 5_000;
  await relay(frame(candidate, "ada"));
  // Access, and since five seconds are over, the pair's row and the recipient too.
  expect(aws.takeOperations()).toEqual(["GetItem", "GetItem", "GetItem", "PostToConnection"]);
});

test("a smaller plan, and its end, hold for a socket that is open within five seconds", async () => {
  await buys("ada", "small");
  const now = Date.now() + 10_000;
  stopped = now;
  expect(codeOf(await relay(frame(offer, "ada")))).toBe("frame_too_large");
  await cancels("ada");
  stopped = now + 4_999;
  expect(codeOf(await relay(frame(offer, "ada")))).toBe("frame_too_large");
  stopped = now + 5_000;
  expect(codeOf(await relay(frame(offer, "ada")))).toBe("access_ended");
  aws.takeOperations();
  expect(codeOf(await topics(frame('{"type":"publish","topic":"notes"}', "ada")))).toBe("access_ended");
  expect(aws.takeOperations()).toEqual(["GetItem"]);
  await buys("ada");
});

test("the sweeper has the sockets closed of who has lost access unnoticed, and keeps all others", async () => {
  await cancels("ada");
  stopped = Date.now() + 511_000;
  await sweep({});
  expect(lines.at(-1)).toMatchObject({ function: "sweep", outcome: "swept", kept: 1, revoked: 1 });
  const messages = aws.requests.filter(({ operation }) => operation === "SendMessage");
  expect(messages.map(({ body }) => JSON.parse(body))).toMatchObject([
    {
      QueueUrl: process.env.REVOCATIONS_QUEUE_URL,
      MessageBody: '{"v":1,"user":"acme#ada","version":0,"cause":"sweep"}',
    },
  ]);
});

test("a revocation takes two calls a user and six a socket", async () => {
  expect(await revoke(revocationOf("ada"))).toEqual({ batchItemFailures: [] });
  expect(aws.requests.filter(({ path }) => path.includes("@connections"))).toEqual([
    {
      operation: "PostToConnection",
      path: "/v1/@connections/c-ada",
      body: '{"messageType":"REVOKED","reason":"canceled"}',
    },
    { operation: "DeleteConnection", path: "/v1/@connections/c-ada", body: "" },
  ]);
  expect(aws.takeOperations()).toEqual([
    ...["GetItem", "Query"],
    ...["PostToConnection", "GetItem", "SendMessage", "DeleteConnection", "DeleteItem", "DeleteItem"],
  ]);
  expect(lines).toMatchObject([
    {
      ...{ function: "revoke", event: "revocation", outcome: "revoked", code: "canceled", revoked: 1 },
      ...{ tenant: "acme", stripeEventId: "evt_1", awsCalls: 8 },
    },
  ]);
  expect(lines[0]).not.toHaveProperty("dropped");
  expect(await rows("sockets")).toEqual([]);
  expect(await rows("peers")).toEqual(["c-master"]);
});

test("an end of a socket that has paid takes one call more, which forgets it", async () => {
  await buys("kim");
  await connect("kim");
  aws.takeOperations();
  await peerConnection(disconnectEvent(payer("kim"), "c-kim", Date.now()));
  expect(aws.takeOperations()).toEqual(["Query", "DeleteItem", "DeleteItem"]);
  expect(await rows("sockets")).toEqual([]);
});
