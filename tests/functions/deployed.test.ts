import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { handler as issueProof } from "../../functions/billing/proofs/issue-proof.ts";
import { ScanCommand } from "../../functions/shared/aws/dynamodb.ts";
import { handler as authorize } from "../../functions/signaling/authorize.ts";
import { handler as deliver } from "../../functions/signaling/deliver.ts";
import { handler as peerConnection } from "../../functions/signaling/peer-connection.ts";
import { handler as relay } from "../../functions/signaling/relay.ts";
import { handler as sweep } from "../../functions/signaling/sweep.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { LoopbackIssuer } from "./billing/callers/loopback-issuer.ts";
import { localTables } from "./local-tables.ts";
import { limits } from "./signaling/identities.ts";

const variables = { ...process.env };
let local: Awaited<ReturnType<typeof localTables>>;
let aws: Awaited<ReturnType<typeof awsEndpoint>>;
let issuer: LoopbackIssuer;
let sign: Awaited<ReturnType<LoopbackIssuer["addKey"]>>;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  local = await localTables();
  aws = await awsEndpoint(local.tables);
  issuer = await new LoopbackIssuer().start();
  sign = await issuer.addKey("ES256", "key-1");
  jest.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(JSON.parse(String(text))) > 0);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: aws.url,
    PEERS_TABLE: "peers",
    PAIRS_TABLE: "pairs",
    PROOFS_TABLE: "proofs",
    CLAIMS_TABLE: "claims",
    DELIVERIES_QUEUE_URL: `${aws.url}/000000000000/deliveries.fifo`,
    CONNECTIONS_URL: `${aws.url}/v1`,
    SIGNALING_URL: "wss://signaling.example.com/v1",
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: "synapse-d",
    TENANT_CLAIM: "tenant",
    SHARED_TENANT: "",
    LOOPBACK_ISSUER: "true",
    FREE_PLAN: JSON.stringify(limits),
    MAX_RECEIVE_COUNT: "8",
    CORS_ORIGINS: '["https://app.example.com"]',
    CUSTOMERS_TABLE: "customers",
    SOCKETS_TABLE: "",
    REVOCATIONS_QUEUE_URL: "",
    PLANS: "",
    TURN_URLS: "",
    TURN_SECRET_ARN: "",
  });
});
afterEach(() => void lines.splice(0));
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = variables;
  await issuer.stop();
  await aws.close();
  await local.close();
});

const year2100 = 4_102_444_800;
const tokenOf = (sub: string) => sign({ sub, tenant: "acme", exp: year2100 });

async function proofFor(sub: string, body: object): Promise<string> {
  const answer = await issueProof({
    headers: { Authorization: `Bearer ${await tokenOf(sub)}` },
    body: JSON.stringify({ channel: "lobby", ...body }),
    requestContext: { requestId: "r" },
  });
  expect(answer.statusCode).toBe(201);
  return JSON.parse(answer.body).proof;
}

async function connect(proof: string, connectionId: string, query: object = {}) {
  const { context } = await authorize({
    methodArn: "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect",
    queryStringParameters: { proof, ...query },
    requestContext: { connectionId },
  });
  const requestContext = {
    eventType: "CONNECT",
    connectionId,
    requestId: "r",
    connectedAt: Date.now(),
    authorizer: context,
  };
  expect(await peerConnection({ requestContext })).toEqual({ statusCode: 200 });
  return { requestContext };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const payload = base64('{"type":"offer","sdp":"a=ice-ufrag:aaaa"}');
const candidateFrame = {
  action: "ICE_CANDIDATE",
  messagePayload: base64('{"candidate":"candidate:1","usernameFragment":"aaaa"}'),
};
let frames = 0;
const send = (from: { requestContext: object }, frame: object, messageId = `m${++frames}`, handle = relay) =>
  handle({
    requestContext: { ...from.requestContext, eventType: "MESSAGE", messageId },
    body: JSON.stringify({ action: "SDP_OFFER", messagePayload: payload, correlationId: "c", ...frame }),
  });

/** What the worker gets of a message that was sent to the queue. */
const received = (message: string, receives = "1") => {
  const { MessageBody, MessageGroupId } = JSON.parse(message);
  return {
    Records: [
      {
        messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
        receiptHandle: "receipt",
        body: MessageBody,
        attributes: { ApproximateReceiveCount: receives, MessageGroupId },
      },
    ],
  };
};
const lastMessage = () => aws.requests.findLast(({ operation }) => operation === "SendMessage")?.body ?? "";

/** An instance of the relay that has seen no pair yet. */
async function freshRelay(): Promise<typeof relay> {
  let fresh = relay;
  await jest.isolateModulesAsync(async () => {
    ({ handler: fresh } = await import("../../functions/signaling/relay.ts"));
  });
  return fresh;
}

describe("the deployed functions, with the SDK's own clients", () => {
  test("take two peers from a token to a relayed frame, in four AWS calls an SDP and one a candidate", async () => {
    const master = await connect(await proofFor("alice", { role: "MASTER" }), "c-master", {
      "X-Amz-ChannelARN": "lobby",
    });
    const viewer = await connect(await proofFor("bob", { role: "VIEWER", clientId: "bob" }), "c-bob", {
      "X-Amz-ChannelARN": "lobby",
      "X-Amz-ClientId": "bob",
    });
    // The name and the proof; the handshake's authorizer; the peer's row, who is there, and what waits.
    const each = ["UpdateItem", "PutItem", "UpdateItem", "PutItem", "Query", "Query"];
    expect(aws.takeOperations().filter((operation) => operation !== "GetItem")).toEqual([...each, ...each]);

    lines.splice(0);
    const answer = await send(viewer, {});
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ statusResponse: { code: "delivered" } });
    // The lease of the pair's row; then the recipient, who finds the row if it comes later; at last the gate.
    const sdp = ["UpdateItem", "GetItem", "PostToConnection", "UpdateItem"];
    expect(aws.takeOperations()).toEqual(sdp);
    expect(lines).toMatchObject([{ function: "relay", outcome: "delivered", awsCalls: 4 }]);

    lines.splice(0);
    await send(viewer, candidateFrame);
    expect(aws.requests).toMatchObject([{ path: "/v1/@connections/c-master" }]);
    expect(aws.takeOperations()).toEqual(["PostToConnection"]);
    expect(lines).toMatchObject([{ function: "relay", outcome: "delivered", awsCalls: 1 }]);

    await send(master, { recipientClientId: "bob" });
    expect(aws.requests.at(-2)).toMatchObject({ path: "/v1/@connections/c-bob" });
    expect(aws.takeOperations()).toEqual(sdp);
  });

  test("relay a candidate on a new instance in two calls, or three when its recipient must be found", async () => {
    const viewer = await connect(await proofFor("bob", { role: "VIEWER", clientId: "bob" }), "c-bob");
    await send(viewer, {});
    aws.takeOperations();
    await send(viewer, candidateFrame, undefined, await freshRelay());
    expect(aws.takeOperations()).toEqual(["GetItem", "PostToConnection"]);
    const later = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 5_001);
    await send(viewer, candidateFrame, undefined, await freshRelay());
    later.mockRestore();
    expect(aws.takeOperations()).toEqual(["GetItem", "GetItem", "PostToConnection"]);
  });

  test("relay a numbered candidate in three calls, a first SDP in four, an ACK in two", async () => {
    const viewer = await connect(await proofFor("gina", { role: "VIEWER", clientId: "gina" }), "c-gina");
    aws.takeOperations();
    await send(viewer, { seq: 1 });
    expect(aws.takeOperations()).toEqual(["UpdateItem", "GetItem", "PostToConnection", "UpdateItem"]);
    const answer = await send(viewer, { ...candidateFrame, seq: 2 });
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ statusResponse: { code: "delivered" } });
    expect(aws.takeOperations()).toEqual(["GetItem", "PostToConnection", "UpdateItem"]);
    await send(viewer, { action: "ACK", frameId: "m1", messagePayload: undefined });
    expect(aws.takeOperations()).toEqual(["GetItem", "PostToConnection"]);
  });

  test("keep a frame for an absent peer, and deliver it when the peer has come", async () => {
    const viewer = await connect(
      await proofFor("carol", { channel: "attic", role: "VIEWER", clientId: "carol" }),
      "c-carol",
    );
    aws.takeOperations();
    expect(JSON.parse((await send(viewer, {})).body ?? "")).toMatchObject({
      statusResponse: { code: "queued" },
    });
    // Left, it is looked after again: whether the peer has come meanwhile, and whether there is room.
    expect(aws.takeOperations()).toEqual([
      ...["UpdateItem", "GetItem", "UpdateItem"],
      ...["GetItem", "Query"],
    ]);

    const master = await proofFor("dave", { channel: "attic", role: "MASTER" });
    aws.takeOperations();
    await connect(master, "c-dave");
    expect(aws.requests.map(({ operation }) => operation)).toEqual([
      ...["UpdateItem", "PutItem", "Query", "Query", "SendMessage"],
    ]);
    const message = lastMessage();
    aws.takeOperations();
    aws.connections.set("c-dave", 410);
    expect(await deliver(received(message))).toEqual({
      batchItemFailures: [{ itemIdentifier: "059f36b4-87a3-44ab-83d2-661975830a7d" }],
    });
    expect(lines.at(-1)).toMatchObject({ function: "deliver", outcome: "retried", code: "not_open_yet" });
    expect(aws.takeOperations().at(-1)).toBe("ChangeMessageVisibility");
    aws.connections.set("c-dave", 200);
    expect(await deliver(received(message, "2"))).toEqual({ batchItemFailures: [] });
    const posts = aws.requests.filter(({ operation }) => operation === "PostToConnection");
    expect(posts.map(({ path }) => path)).toEqual(["/v1/@connections/c-dave", "/v1/@connections/c-carol"]);
    expect(JSON.parse(posts[1]?.body ?? "")).toMatchObject({
      messageType: "DELIVERY_REPORT",
      reports: [{ recipientClientId: "MASTER", correlationId: "c", code: "delivered" }],
    });
    expect(lines.at(-1)).toMatchObject({ function: "deliver", outcome: "served", released: 1 });
  });

  test("forget a connection that ends in two calls, and first tell the worker whom it concerns", async () => {
    const first = await connect(
      await proofFor("hans", { channel: "garden", role: "PEER", clientId: "hans" }),
      "c-hans",
    );
    await connect(await proofFor("ines", { channel: "garden", role: "PEER", clientId: "ines" }), "c-ines");
    aws.takeOperations();
    const disconnect = { requestContext: { ...first.requestContext, eventType: "DISCONNECT" } };
    expect(await peerConnection(disconnect)).toEqual({ statusCode: 200 });
    expect(aws.requests.map(({ operation }) => operation)).toEqual(["Query", "SendMessage", "DeleteItem"]);
    expect(JSON.parse(JSON.parse(lastMessage()).MessageBody)).toMatchObject({
      ...{ kind: "departure", channel: "acme#garden", name: "hans", cause: "left" },
    });
    aws.takeOperations();
    expect(await peerConnection(disconnect)).toEqual({ statusCode: 200 });
    expect(aws.takeOperations()).toEqual(["Query", "DeleteItem"]);
  });

  test("use a proof once, and keep one name for its subject", async () => {
    const proof = await proofFor("erin", { channel: "cellar", role: "MASTER" });
    await connect(proof, "c-erin");
    await expect(connect(proof, "c-thief")).rejects.toThrow(/^Unauthorized$/);
    expect(lines.at(-1)).toMatchObject({ function: "authorize", code: "proof_used" });
    const answer = await issueProof({
      headers: { Authorization: `Bearer ${await tokenOf("frank")}` },
      body: '{"channel":"cellar","role":"MASTER"}',
      requestContext: { requestId: "r" },
    });
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "channel_taken" });
  });

  test("sweep keepalives, and forget who has gone", async () => {
    const spied = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 511_000);
    aws.connections.set("c-master", 410);
    aws.takeOperations();
    await sweep({});
    spied.mockRestore();
    const posts = aws.requests.filter(({ operation }) => operation === "PostToConnection");
    expect(posts.map(({ path }) => path).toSorted()).toEqual([
      "/v1/@connections/c-bob",
      "/v1/@connections/c-carol",
      "/v1/@connections/c-dave",
      "/v1/@connections/c-erin",
      "/v1/@connections/c-gina",
      "/v1/@connections/c-ines",
      "/v1/@connections/c-master",
    ]);
    expect(lines.at(-1)).toMatchObject({ function: "sweep", outcome: "swept", kept: 6, gone: 1 });
    const { Items } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Items?.map(({ connectionId }) => connectionId?.S).toSorted()).toEqual([
      "c-bob",
      "c-carol",
      "c-dave",
      "c-erin",
      "c-gina",
      "c-ines",
    ]);
  });
});
