import { afterEach, describe, expect, test } from "@jest/globals";
import {
  connect,
  logGroupArn,
  ok,
  serveTestApi,
  startOfTime,
  stopTestApis,
  until,
} from "./serve-test-api.ts";

afterEach(stopTestApis);

const idForm = /^[\w-]{15}=$/;
const echo = { handler: (event: { body: string }) => ({ statusCode: 200, body: event.body }), answers: true };

test("invokes the route's integration with the event and the source that AWS documents", async () => {
  const { api, url, invocations, clock } = await serveTestApi({ routes: { SDP_OFFER: ok } });
  const client = await connect(url);
  await clock.advance(1500);
  client.socket.send('{"action":"SDP_OFFER","text":"é"}');
  await until(() => invocations.length === 1);
  const [{ functionName, context, payload } = {}] = invocations;
  expect(functionName).toBe("arn:aws:lambda:us-east-1:000000000000:function:SDP_OFFER");
  expect(context).toEqual({
    "aws:SourceArn": `${api.executionArn}/v1/SDP_OFFER`,
    "aws:SourceAccount": "000000000000",
  });
  expect(payload).toEqual({
    requestContext: {
      routeKey: "SDP_OFFER",
      eventType: "MESSAGE",
      messageId: expect.stringMatching(idForm),
      extendedRequestId: expect.stringMatching(idForm),
      requestId: expect.stringMatching(idForm),
      requestTime: "02/Jan/2026:03:04:06 +0000",
      requestTimeEpoch: startOfTime + 1500,
      messageDirection: "IN",
      stage: "v1",
      connectedAt: startOfTime,
      identity: { sourceIp: "127.0.0.1" },
      domainName: new URL(url).host,
      connectionId: expect.stringMatching(idForm),
      apiId: api.id,
    },
    body: '{"action":"SDP_OFFER","text":"é"}',
    isBase64Encoded: false,
  });
});

describe("a reply", () => {
  test("is the body, where the route has a route response", async () => {
    const { url } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    client.socket.send("hello");
    expect(await client.received(1)).toEqual(["hello"]);
  });

  test("is not sent without a route response, nor where the route does not select one", async () => {
    const { url, invocations } = await serveTestApi({
      routes: {
        undeclared: { ...echo, lacksRouteResponse: true },
        unselected: { ...echo, answers: false },
        $default: echo,
      },
    });
    const client = await connect(url);
    client.socket.send('{"action":"undeclared"}');
    client.socket.send('{"action":"unselected"}');
    await until(() => invocations.length === 2);
    client.socket.send("last");
    expect(await client.received(1)).toEqual(["last"]);
  });

  test("is not sent when the body is empty or absent", async () => {
    const { url, invocations } = await serveTestApi({
      routes: { empty: { ...ok, answers: true }, $default: echo },
    });
    const client = await connect(url);
    client.socket.send('{"action":"empty"}');
    await until(() => invocations.length === 1);
    client.socket.send("last");
    expect(await client.received(1)).toEqual(["last"]);
  });

  test("of over 32 KB arrives as one message", async () => {
    const { url } = await serveTestApi({
      routes: { $default: { handler: () => ({ statusCode: 200, body: "é".repeat(50_000) }), answers: true } },
    });
    const client = await connect(url);
    client.socket.send("go");
    expect((await client.received(1))[0]).toBe("é".repeat(50_000));
  });
});

describe("a client is told", () => {
  const told = (message: string) =>
    new RegExp(`^\\{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="\\}$`);

  test("Forbidden when no route serves the message", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $connect: ok, SDP_OFFER: ok } });
    const client = await connect(url);
    for (const body of ["hello", '{"action":"other"}', '{"action":"$connect"}', '{"action":"$disconnect"}']) {
      client.socket.send(body);
    }
    const messages = await client.received(4);
    for (const message of messages) expect(message).toMatch(told("Forbidden"));
    expect(invocations).toHaveLength(1);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("boom"))],
    ["returns nothing", () => undefined],
    ["returns no statusCode", () => ({ body: "x" })],
    ["returns a body that is not text", () => ({ statusCode: 200, body: { a: 1 } })],
    ["returns over 128 KB", () => ({ statusCode: 200, body: "x".repeat(131_073) })],
  ])("Internal server error when the function %s, and the socket survives", async (_, handler) => {
    const { url } = await serveTestApi({ routes: { $default: { handler, answers: true }, echo } });
    const client = await connect(url);
    client.socket.send("hello");
    expect((await client.received(1))[0]).toMatch(told("Internal server error"));
    client.socket.send('{"action":"echo"}');
    expect((await client.received(2))[1]).toBe('{"action":"echo"}');
  });

  test("Endpoint request timed out after the integration's timeout", async () => {
    const { url, clock, invocations } = await serveTestApi({
      routes: { $default: { handler: () => new Promise(() => {}), timeoutMilliseconds: 5_000 } },
    });
    const client = await connect(url);
    client.socket.send("hello");
    await until(() => invocations.length === 1);
    await clock.advance(4_999);
    expect(client.messages).toEqual([]);
    await clock.advance(1);
    expect((await client.received(1))[0]).toMatch(told("Endpoint request timed out"));
  });

  test("Too Many Requests over the route's throttle or the stage's, each route by itself", async () => {
    const { url, clock } = await serveTestApi({
      routes: { fast: echo, slow: echo },
      stage: {
        defaultThrottle: { rate: 1, burst: 1 },
        routeThrottles: { fast: { rate: 1000, burst: 3 } },
      },
    });
    const client = await connect(url);
    const send = async (action: string, count: number) => {
      client.socket.send(`{"action":"${action}"}`);
      return (await client.received(count))[count - 1];
    };
    expect(await send("slow", 1)).toBe('{"action":"slow"}');
    expect(await send("slow", 2)).toMatch(told("Too Many Requests"));
    expect(await send("fast", 3)).toBe('{"action":"fast"}');
    expect(await send("fast", 4)).toBe('{"action":"fast"}');
    expect(await send("fast", 5)).toBe('{"action":"fast"}');
    expect(await send("fast", 6)).toMatch(told("Too Many Requests"));
    await clock.advance(1000);
    expect(await send("slow", 7)).toBe('{"action":"slow"}');
  });
});

test("runs the messages of one socket at the same time", async () => {
  const first = Promise.withResolvers<void>();
  const { url } = await serveTestApi({
    routes: {
      $default: {
        answers: true,
        handler: async ({ body }) => {
          if (body === "first") await first.promise;
          return { statusCode: 200, body };
        },
      },
    },
  });
  const client = await connect(url);
  client.socket.send("first");
  client.socket.send("second");
  expect(await client.received(1)).toEqual(["second"]);
  first.resolve();
  expect(await client.received(2)).toEqual(["second", "first"]);
});

test("serves what the deployment captured, until the stage serves another", async () => {
  const { api, apis, url, stage, handlers } = await serveTestApi({ routes: { $default: echo } });
  const client = await connect(url);
  handlers.set("later", () => ({ statusCode: 200, body: "later" }));
  const integration = apis.putIntegration(api.id, {
    integrationUri:
      "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:later/invocations",
    timeoutMilliseconds: 29_000,
  });
  const routeId = apis.putRoute(api.id, {
    routeKey: "later",
    target: `integrations/${integration}`,
    selectsRouteResponse: true,
  });
  apis.putRouteResponse(api.id, routeId);
  client.socket.send('{"action":"later"}');
  expect((await client.received(1))[0]).toBe('{"action":"later"}');
  apis.putStage(api.id, { ...stage, deploymentId: apis.createDeployment(api.id) });
  client.socket.send('{"action":"later"}');
  expect((await client.received(2))[1]).toBe("later");
});

test("writes one access log line a message", async () => {
  const format =
    '{"e":"$context.eventType","r":"$context.routeKey","s":"$context.status","i":"$context.integration.status","x":"$context.error.messageString"}';
  const { url, lines } = await serveTestApi({
    routes: { ok: { handler: () => ({ statusCode: 202 }) } },
    stage: {
      accessLog: {
        destinationArn: `${logGroupArn}:*`,
        format: format.replace('"$context.error.messageString"', "$context.error.messageString"),
      },
    },
  });
  const client = await connect(url);
  client.socket.send('{"action":"ok"}');
  client.socket.send("secret payload");
  await until(() => lines.length === 3);
  expect(lines).toContain('{"e":"MESSAGE","r":"ok","s":"202","i":"202","x":-}');
  expect(lines).toContain('{"e":"MESSAGE","r":"-","s":"403","i":"-","x":"Forbidden"}');
  expect(lines.join()).not.toContain("secret");
});
