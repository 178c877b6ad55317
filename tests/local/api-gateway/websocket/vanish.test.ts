import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, expect, test } from "@jest/globals";
import { connect, ok, serveTestApi, startOfTime, stopTestApis } from "./serve-test-api.ts";

const minute = 60_000;
const clients = new Set<ApiGatewayManagementApiClient>();

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients.clear();
  await stopTestApis();
});

/** An API with one connection, and what it has heard of it since. */
async function connected() {
  const served = await serveTestApi({ routes: { $connect: ok, $disconnect: ok, $default: ok } });
  const client = await connect(served.url);
  const [{ id = "" } = {}] = served.apis.openConnections();
  const sdk = new ApiGatewayManagementApiClient({
    endpoint: served.url.replace("ws:", "http:"),
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  clients.add(sdk);
  const post = () => sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data: "text" }));
  const events = () =>
    served.invocations.map(
      ({ payload }) => (payload as { requestContext: { eventType: string } }).requestContext.eventType,
    );
  return { ...served, client, id, sdk, post, events };
}

test("lists the open connections", async () => {
  const { apis, api, client, id, clock, post } = await connected();
  await clock.advance(5_000);
  await post();
  const open = {
    id,
    api: api.id,
    stage: "v1",
    clientPort: client.port,
    connectedAt: startOfTime,
    lastActiveAt: startOfTime + 5_000,
    halfOpen: false,
  };
  expect(apis.openConnections()).toEqual([open]);
  apis.vanish(id, "half-open");
  expect(apis.openConnections()).toEqual([{ ...open, halfOpen: true }]);
});

test("of a client that is gone, posts answer 410, and nobody hears that it left", async () => {
  const { apis, client, id, post, events, clock } = await connected();
  expect(apis.vanish(id, "gone")).toBe(true);
  expect((await client.closed).code).toBe(1006);
  await expect(post()).rejects.toMatchObject({ name: "GoneException" });
  expect(apis.openConnections()).toEqual([]);
  await clock.advance(125 * minute);
  expect(events()).toEqual(["CONNECT"]);
  expect(apis.vanish(id, "gone")).toBe(false);
});

test("to a half-open connection, posts answer 200 and reach nobody", async () => {
  const { apis, client, id, post, sdk, events } = await connected();
  expect(apis.vanish(id, "half-open")).toBe(true);
  expect((await client.closed).code).toBe(1006);
  expect((await post()).$metadata.httpStatusCode).toBe(200);
  expect(client.messages).toEqual([]);
  expect(await sdk.send(new GetConnectionCommand({ ConnectionId: id }))).toMatchObject({
    ConnectedAt: new Date(startOfTime),
  });
  expect(events()).toEqual(["CONNECT"]);
});

test("a half-open connection ends with the idle limit, and nobody hears of it", async () => {
  const { apis, id, post, events, clock } = await connected();
  apis.vanish(id, "half-open");
  await clock.advance(9 * minute);
  await post();
  await clock.advance(9 * minute);
  expect(apis.openConnections()).toHaveLength(1);
  await clock.advance(minute);
  await expect(post()).rejects.toMatchObject({ name: "GoneException" });
  expect(events()).toEqual(["CONNECT"]);
});

test("a half-open connection can be found to be gone after all", async () => {
  const { apis, id, post } = await connected();
  apis.vanish(id, "half-open");
  expect(apis.vanish(id, "gone")).toBe(true);
  await expect(post()).rejects.toMatchObject({ name: "GoneException" });
});

test("a connection that nobody has cannot vanish", async () => {
  const { apis } = await connected();
  expect(apis.vanish("none", "gone")).toBe(false);
  expect(apis.openConnections()).toHaveLength(1);
});
