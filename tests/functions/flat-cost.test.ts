import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type ConnectedIdentity, writeIdentity } from "../../functions/signaling/identity.ts";
import type { Tables } from "../../local/dynamodb/tables.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { localTables } from "./local-tables.ts";
import { registerPeers } from "./registered-peers.ts";
import { master, viewer } from "./signaling/identities.ts";

const variables = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), "synapse-d-flat-"));

beforeAll(() => {
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterAll(() => {
  jest.restoreAllMocks();
  process.env = variables;
  rmSync(folder, { recursive: true });
});

/** One call of DynamoDB: what it consumed, and how many bytes of JSON went there and came back. */
interface Consumed {
  readonly operation: string;
  readonly units: number;
  readonly sent: number;
  readonly received: number;
}

/** The tables, with a note of what each call consumed. */
function metered(tables: Tables, consumed: Consumed[]): Pick<Tables, "handle"> {
  return {
    handle: async (operation, request) => {
      const asked = { ...(request as object), ReturnConsumedCapacity: "TOTAL" };
      const { status, body } = await tables.handle(operation, asked);
      const { ConsumedCapacity, ...answer } = JSON.parse(body);
      const received = JSON.stringify(answer);
      consumed.push({
        operation: `${operation} ${(request as { TableName: string }).TableName}`,
        units: ConsumedCapacity?.CapacityUnits,
        sent: JSON.stringify(request).length,
        received: received.length,
      });
      return { status, body: received };
    },
  };
}

/** What each step of a call consumes while so many peers of other channels are registered. */
async function consumedWith(peers: number): Promise<Readonly<Record<string, readonly Consumed[]>>> {
  const path = join(folder, String(peers));
  await (await localTables(path)).close();
  await registerPeers(path, peers);
  const local = await localTables(path);
  const consumed: Consumed[] = [];
  const aws = await awsEndpoint(metered(local.tables, consumed));
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: aws.url,
    PEERS_TABLE: "peers",
    PAIRS_TABLE: "pairs",
    DELIVERIES_QUEUE_URL: `${aws.url}/000000000000/deliveries.fifo`,
    CONNECTIONS_URL: `${aws.url}/v1`,
    CUSTOMERS_TABLE: "",
    SOCKETS_TABLE: "",
    PLANS: "",
  });
  try {
    return await callSteps(aws, consumed);
  } finally {
    await aws.close();
    await local.close();
  }
}

async function callSteps(
  aws: Aws,
  consumed: Consumed[],
): Promise<Readonly<Record<string, readonly Consumed[]>>> {
  const steps: Record<string, readonly Consumed[]> = {};
  const step = async (name: string, act: () => Promise<unknown>) => {
    await act();
    const posts = aws.takeOperations().filter((operation) => operation === "PostToConnection");
    const posted = posts.map((operation) => ({ operation, units: 0, sent: 0, received: 0 }));
    steps[name] = [...consumed.splice(0), ...posted].toSorted((a, b) =>
      a.operation.localeCompare(b.operation),
    );
  };
  const warm = await newInstance();
  await warm.connection(connectionEvent("CONNECT", master, "connection-m"));
  aws.takeOperations();
  consumed.length = 0;
  await step("connect", () => warm.connection(connectionEvent("CONNECT", viewer, "connection-v")));
  await step("offer", () => deliver(warm, "message-1", offer));
  await step("candidate", () => deliver(warm, "message-2", candidate));
  const cold = await newInstance();
  await step("candidate on a new instance", () => deliver(cold, "message-3", candidate));
  await step("disconnect", () => warm.connection(connectionEvent("DISCONNECT", viewer, "connection-v")));
  return steps;
}

const connectionEvent = (eventType: string, identity: ConnectedIdentity, connectionId: string) => ({
  requestContext: {
    eventType,
    connectionId,
    requestId: "request",
    connectedAt: Date.now(),
    authorizer: writeIdentity(identity),
  },
});

/** The viewer sends a frame, which is delivered at once. */
async function deliver(instance: Instance, messageId: string, frame: object): Promise<void> {
  const { requestContext } = connectionEvent("MESSAGE", viewer, "connection-v");
  const event = { requestContext: { ...requestContext, messageId }, body: JSON.stringify(frame) };
  const { body = "" } = await instance.relay(event);
  expect(JSON.parse(body)).toMatchObject({ statusResponse: { code: "delivered" } });
}

type Aws = Awaited<ReturnType<typeof awsEndpoint>>;
type Instance = Awaited<ReturnType<typeof newInstance>>;

/** The deployed modules, as a new instance of their functions loads them. */
async function newInstance() {
  const modules: { relay?: Handler; connection?: Handler } = {};
  await jest.isolateModulesAsync(async () => {
    modules.relay = (await import("../../functions/signaling/relay.ts")).handler;
    modules.connection = (await import("../../functions/signaling/peer-connection.ts")).handler;
  });
  const { relay, connection } = modules;
  if (!relay || !connection) throw new Error("a module has no handler");
  return { relay, connection };
}

type Handler = (event: unknown) => Promise<{ readonly statusCode: number; readonly body?: string }>;

const base64 = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64");
const offer = {
  action: "SDP_OFFER",
  messagePayload: base64({ type: "offer", sdp: "v=0\r\na=ice-ufrag:aaaa\r\n" }),
  correlationId: "c",
};
const candidate = {
  action: "ICE_CANDIDATE",
  messagePayload: base64({ candidate: "candidate:1", usernameFragment: "aaaa" }),
  correlationId: "c",
};

/** The calls of each step, with the request units of each: a row of up to 1 KB written or 4 KB read is one. */
const expected = {
  // An empty answer counts as 0 here.
  connect: ["PutItem peers 1", "Query pairs 0", "Query peers 1"],
  offer: ["GetItem peers 1", "PostToConnection 0", "UpdateItem pairs 1", "UpdateItem pairs 1"],
  candidate: ["PostToConnection 0"],
  "candidate on a new instance": ["GetItem pairs 1", "PostToConnection 0"],
  disconnect: ["DeleteItem peers 1", "Query peers 1"],
};

test("a frame costs the same with 10 and with 100,000 registered peers: calls, units and bytes", async () => {
  const few = await consumedWith(10);
  const many = await consumedWith(100_000);
  expect(many).toEqual(few);
  const calls = Object.entries(many).map(([name, of]) => [
    name,
    of.map(({ operation, units }) => `${operation} ${units}`),
  ]);
  expect(Object.fromEntries(calls)).toEqual(expected);
}, 60_000);
