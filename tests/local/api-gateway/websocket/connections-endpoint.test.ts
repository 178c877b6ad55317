import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, describe, expect, test } from "@jest/globals";
import { connect, ok, rawClient, serveTestApi, startOfTime, stopTestApis, until } from "./serve-test-api.ts";

const clients = new Set<ApiGatewayManagementApiClient>();

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients.clear();
  await stopTestApis();
});

function managementApi(url: string, accessKeyId = "AKIDTEST") {
  const client = new ApiGatewayManagementApiClient({
    endpoint: url.replace("ws:", "http:"),
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  clients.add(client);
  return client;
}

/** An API with one connection. */
async function connected() {
  const served = await serveTestApi({ routes: { $connect: ok, $disconnect: ok } });
  const client = await connect(served.url);
  const event = served.invocations[0]?.payload as { requestContext: { connectionId: string } };
  const { connectionId } = event.requestContext;
  const sdk = managementApi(served.url);
  const post = (Data: string | Uint8Array) =>
    sdk.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  return { ...served, client, connectionId, sdk, post };
}

describe("POST", () => {
  test("sends the text to the client, and needs ManageConnections on the connection", async () => {
    const { client, post, accesses, api, connectionId } = await connected();
    const result = await post('{"text":"é"}');
    expect(result.$metadata.httpStatusCode).toBe(200);
    expect(await client.received(1)).toEqual(['{"text":"é"}']);
    expect(accesses).toEqual([
      {
        principal: { kind: "role", arn: "arn:aws:iam::000000000000:role/test" },
        action: "execute-api:ManageConnections",
        resource: `${api.executionArn}/v1/POST/@connections/${connectionId}`,
        context: {},
      },
    ]);
  });

  test("dates its answer by the clock, by which the SDK sets its own", async () => {
    const { clock, url } = await connected();
    await clock.advance(5 * 60_000);
    const answer = await fetch(`${url.replace("ws:", "http:")}/@connections/none`);
    expect(answer.headers.get("date")).toBe(new Date(startOfTime + 300_000).toUTCString());
  });

  test("delivers in the order of the requests", async () => {
    const { client, post } = await connected();
    const sent = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(index * 700, "."));
    for (const text of sent) await post(text);
    expect(await client.received(50)).toEqual(sent);
  });

  test("sends 128 KB as one message in frames of 32 KB, and refuses a byte more", async () => {
    const { client, post, invocations, url } = await connected();
    const text = "é".repeat(65_536);
    await post(text);
    expect(await client.received(1)).toEqual([text]);
    for (const tooLarge of [`${text}x`, "x".repeat(11_000_000)]) {
      await expect(post(tooLarge)).rejects.toMatchObject({
        name: "PayloadTooLargeException",
        $metadata: { httpStatusCode: 413 },
      });
    }

    const { socket, frames } = await rawClient(url);
    const [, second] = invocations.map(
      ({ payload }) => (payload as { requestContext: { connectionId: string } }).requestContext,
    );
    const command = new PostToConnectionCommand({ ConnectionId: second?.connectionId, Data: text });
    await managementApi(url).send(command);
    await until(() => frames().length === 131_088);
    socket.destroy();
    const headers = [0, 32_772, 65_544, 98_316].map((at) =>
      frames()
        .subarray(at, at + 4)
        .toString("hex"),
    );
    expect(headers).toEqual(["017e8000", "007e8000", "007e8000", "807e8000"]);
  });

  test("is 410 for an id that never was, after a close, and before $connect returned", async () => {
    const { client, post, invocations, url } = await connected();
    const gone = { name: "GoneException", $metadata: { httpStatusCode: 410 } };
    const unknown = new PostToConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=", Data: "x" });
    await expect(managementApi(url).send(unknown)).rejects.toMatchObject(gone);
    client.socket.close();
    await until(() => invocations.length === 2);
    await expect(post("x")).rejects.toMatchObject(gone);

    const refused = Promise.withResolvers<unknown>();
    const served = await serveTestApi({
      routes: {
        $connect: {
          handler: async ({ requestContext: { connectionId } }) => {
            const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "early" });
            await managementApi(served.url).send(command).catch(refused.resolve);
            return { statusCode: 200 };
          },
        },
      },
    });
    const late = await connect(served.url);
    expect(await refused.promise).toMatchObject(gone);
    expect(late.messages).toEqual([]);
  });

  test("is 410 on another stage of the API", async () => {
    const { apis, api, stage, url, connectionId } = await connected();
    apis.putStage(api.id, { ...stage, name: "v2" });
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x" });
    await expect(managementApi(url.replace("/v1", "/v2")).send(command)).rejects.toMatchObject({
      name: "GoneException",
    });
  });

  test("is refused without permission, with an unknown key, and on an unknown stage", async () => {
    const { denial, post, url, connectionId, client } = await connected();
    denial.reason = "User: x is not authorized to perform: execute-api:ManageConnections on resource: y";
    await expect(post("x")).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: denial.reason,
      $metadata: { httpStatusCode: 403 },
    });
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x" });
    await expect(managementApi(url, "AKIDOTHER").send(command)).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    await expect(managementApi(url.replace("/v1", "/v9")).send(command)).rejects.toMatchObject({
      name: "ForbiddenException",
      $metadata: { httpStatusCode: 403 },
    });
    const unsigned = await fetch(`${url.replace("ws:", "http:")}/@connections/${connectionId}`, {
      method: "POST",
      body: "x",
    });
    expect(unsigned.status).toBe(403);
    expect(client.messages).toEqual([]);
  });

  test("is refused when it was signed for another service", async () => {
    const { url, connectionId } = await connected();
    const answer = await fetch(`${url.replace("ws:", "http:")}/@connections/${connectionId}`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260102/us-east-1/sqs/aws4_request" },
      body: "x",
    });
    expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([
      403,
      "InvalidSignatureException",
    ]);
  });

  test("is 429 once a client that does not read has too much waiting, and the process lives on", async () => {
    const { client, post, url } = await connected();
    client.socket.pause();
    const text = "x".repeat(131_072);
    let refusedWith: unknown;
    for (let count = 0; count < 300 && refusedWith === undefined; count++) {
      await post(text).catch((error) => {
        refusedWith = error;
      });
    }
    expect(refusedWith).toMatchObject({
      name: "LimitExceededException",
      $metadata: { httpStatusCode: 429 },
    });
    expect((await connect(url)).socket.readyState).toBe(1);
  });
});

test("GET says when the connection began, when it was active, and whose it is", async () => {
  const { sdk, connectionId, clock, post, accesses } = await connected();
  await clock.advance(5_000);
  await post("x");
  await clock.advance(1_000);
  const { ConnectedAt, LastActiveAt, Identity } = await sdk.send(
    new GetConnectionCommand({ ConnectionId: connectionId }),
  );
  expect(ConnectedAt).toEqual(new Date(startOfTime));
  expect(LastActiveAt).toEqual(new Date(startOfTime + 5_000));
  expect(Identity).toMatchObject({ SourceIp: "127.0.0.1" });
  expect(accesses.at(-1)?.resource).toMatch(/\/v1\/GET\/@connections\/[\w-]{15}=$/);
});

test("DELETE closes the connection and tells $disconnect", async () => {
  const { sdk, connectionId, client, invocations, accesses } = await connected();
  await sdk.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  expect((await client.closed).code).toBe(1000);
  await until(() => invocations.length === 2);
  expect(invocations[1]?.payload).toMatchObject({
    requestContext: { eventType: "DISCONNECT", disconnectStatusCode: 1000, connectionId },
  });
  expect(accesses[0]?.resource).toMatch(/\/v1\/DELETE\/@connections\/[\w-]{15}=$/);
  await expect(sdk.send(new GetConnectionCommand({ ConnectionId: connectionId }))).rejects.toMatchObject({
    name: "GoneException",
  });
});

test("answers 403 on any other path, and 421 to a foreign Host", async () => {
  const { url } = await connected();
  const base = url.replace("ws:", "http:");
  for (const path of ["", "/", "/@connections", "/@connections/", "/@connections/a/b", "/%"]) {
    expect((await fetch(`${base}${path}`)).status).toBe(403);
  }
});
