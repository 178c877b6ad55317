import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { handler as issueProof } from "../../functions/billing/issue-proof.ts";
import { handler as authorize } from "../../functions/signaling/authorize.ts";
import { handler as deliver } from "../../functions/signaling/deliver.ts";
import { handler as peerConnection } from "../../functions/signaling/peer-connection.ts";
import { handler as relay } from "../../functions/signaling/relay.ts";
import { handler as sweep } from "../../functions/signaling/sweep.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { LoopbackIssuer } from "./billing/loopback-issuer.ts";
import { localTables } from "./local-tables.ts";

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
    FREE_PLAN: '{"maxFrameBytes":32768}',
    CORS_ORIGINS: '["https://app.example.com"]',
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

describe("the deployed functions, with the SDK's own clients", () => {
  test("take two peers from a token to a relayed frame, in five AWS calls an SDP and one a candidate", async () => {
    const master = await connect(await proofFor("alice", { role: "MASTER" }), "c-master", {
      "X-Amz-ChannelARN": "lobby",
    });
    const viewer = await connect(await proofFor("bob", { role: "VIEWER", clientId: "bob" }), "c-bob", {
      "X-Amz-ChannelARN": "lobby",
      "X-Amz-ClientId": "bob",
    });
    expect(aws.takeOperations().filter((operation) => operation !== "GetItem")).toEqual([
      ...["UpdateItem", "PutItem", "UpdateItem", "PutItem"],
      ...["UpdateItem", "PutItem", "UpdateItem", "PutItem"],
    ]);

    lines.splice(0);
    const answer = await send(viewer, {});
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ statusResponse: { code: "delivered" } });
    // The pair's row and the recipient's are read at once.
    expect(aws.takeOperations()).toEqual([
      "GetItem",
      "GetItem",
      "UpdateItem",
      "PostToConnection",
      "UpdateItem",
    ]);
    expect(lines).toMatchObject([{ function: "relay", outcome: "delivered", awsCalls: 5 }]);

    lines.splice(0);
    await send(viewer, candidateFrame);
    expect(aws.requests).toMatchObject([{ path: "/v1/@connections/c-master" }]);
    expect(aws.takeOperations()).toEqual(["PostToConnection"]);
    expect(lines).toMatchObject([{ function: "relay", outcome: "delivered", awsCalls: 1 }]);

    await send(master, { recipientClientId: "bob" });
    expect(aws.requests.at(-2)).toMatchObject({ path: "/v1/@connections/c-bob" });
    expect(aws.takeOperations()).toHaveLength(5);
  });

  test("relay a candidate on an instance that has not seen its pair, in two calls", async () => {
    const viewer = await connect(await proofFor("bob", { role: "VIEWER", clientId: "bob" }), "c-bob");
    await send(viewer, {});
    aws.takeOperations();
    let fresh: typeof relay | undefined;
    await jest.isolateModulesAsync(async () => {
      ({ handler: fresh } = await import("../../functions/signaling/relay.ts"));
    });
    await send(viewer, candidateFrame, undefined, fresh);
    expect(aws.takeOperations()).toEqual(["GetItem", "PostToConnection"]);
  });

  test("queue a frame for an absent peer, and deliver it when the peer has come", async () => {
    const viewer = await connect(
      await proofFor("carol", { channel: "attic", role: "VIEWER", clientId: "carol" }),
      "c-carol",
    );
    aws.takeOperations();
    expect(JSON.parse((await send(viewer, {})).body ?? "")).toMatchObject({
      statusResponse: { code: "queued" },
    });
    const sent = aws.requests.find(({ operation }) => operation === "SendMessage");
    const queued = JSON.parse(sent?.body ?? "");
    expect(aws.takeOperations()).toEqual(["GetItem", "GetItem", "UpdateItem", "SendMessage", "UpdateItem"]);

    const event = (receives: string) => ({
      Records: [
        {
          messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
          receiptHandle: "receipt",
          body: queued.MessageBody,
          attributes: { ApproximateReceiveCount: receives, MessageGroupId: queued.MessageGroupId },
        },
      ],
    });
    expect(await deliver(event("1"))).toEqual({
      batchItemFailures: [{ itemIdentifier: "059f36b4-87a3-44ab-83d2-661975830a7d" }],
    });
    expect(aws.takeOperations()).toEqual(["GetItem", "ChangeMessageVisibility"]);

    await connect(await proofFor("dave", { channel: "attic", role: "MASTER" }), "c-dave");
    aws.takeOperations();
    expect(await deliver(event("2"))).toEqual({ batchItemFailures: [] });
    expect(aws.requests.map(({ path }) => path)).toContain("/v1/@connections/c-dave");
    expect(aws.takeOperations()).toEqual([
      "GetItem",
      "GetItem",
      "UpdateItem",
      "PostToConnection",
      "UpdateItem",
    ]);
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
      "/v1/@connections/c-master",
    ]);
    expect(lines.at(-1)).toMatchObject({ function: "sweep", outcome: "swept", kept: 4, gone: 1 });
    const { Items } = await local.client.send(new ScanCommand({ TableName: "peers" }));
    expect(Items?.map(({ connectionId }) => connectionId?.S).toSorted()).toEqual([
      "c-bob",
      "c-carol",
      "c-dave",
      "c-erin",
    ]);
  });
});
