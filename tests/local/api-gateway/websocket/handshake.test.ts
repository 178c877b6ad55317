import { request as httpRequest } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import {
  allowAll,
  connect,
  logGroupArn,
  ok,
  openRaw,
  refusal,
  serveTestApi,
  stopTestApis,
  until,
  upgradeText,
} from "./serve-test-api.ts";

afterEach(stopTestApis);

describe("the $connect integration", () => {
  test("gets the event and the source that AWS documents", async () => {
    const { api, url, invocations } = await serveTestApi({ routes: { $connect: ok } });
    await connect(`${url}?a=1`);
    const [{ context, payload } = {}] = invocations;
    expect(context).toEqual({
      "aws:SourceArn": `${api.executionArn}/v1/$connect`,
      "aws:SourceAccount": "000000000000",
    });
    expect(payload).toMatchObject({
      queryStringParameters: { a: "1" },
      multiValueQueryStringParameters: { a: ["1"] },
      requestContext: { routeKey: "$connect", eventType: "CONNECT" },
      isBase64Encoded: false,
    });
    expect(payload).not.toHaveProperty("body");
    expect(payload).not.toHaveProperty("requestContext.authorizer");
  });

  test("is waited for before the client gets its 101", async () => {
    const gate = Promise.withResolvers<{ statusCode: number }>();
    const { url, apis, api, invocations } = await serveTestApi({
      routes: { $connect: { handler: () => gate.promise } },
    });
    let open = false;
    const client = connect(url).then(() => (open = true));
    await until(() => invocations.length === 1);
    expect([open, apis.connections()[api.id]]).toEqual([false, 0]);
    gate.resolve({ statusCode: 200 });
    await client;
    expect(apis.connections()[api.id]).toBe(1);
  });

  test.each([
    ["that answers 400", 400, () => ({ statusCode: 400 })],
    ["that answers 403", 403, () => ({ statusCode: 403 })],
    ["that answers 503", 503, () => ({ statusCode: 503 })],
    ["that answers 302", 500, () => ({ statusCode: 302 })],
    ["that throws", 500, () => Promise.reject(new Error("Unauthorized"))],
    ["that returns nothing", 500, () => undefined],
    ["that returns a body that is not text", 500, () => ({ statusCode: 200, body: {} })],
  ])("%s gives the client %d", async (_, status, handler) => {
    const { url, apis, api } = await serveTestApi({ routes: { $connect: { handler } } });
    expect((await refusal(url)).status).toBe(status);
    expect(apis.connections()[api.id]).toBe(0);
  });

  test("that takes longer than 29 seconds gives the client 500", async () => {
    const { url, clock, invocations } = await serveTestApi({
      routes: { $connect: { handler: () => new Promise(() => {}) } },
    });
    const answer = refusal(url);
    await until(() => invocations.length === 1);
    await clock.advance(29_000);
    expect((await answer).status).toBe(500);
  });

  test("chooses the subprotocol with its header", async () => {
    const { url } = await serveTestApi({
      routes: {
        $connect: { handler: () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "b" } }) },
      },
    });
    expect((await connect(url, { protocols: ["a", "b"] })).socket.protocol).toBe("b");
  });

  test("gets its $disconnect when the client left meanwhile", async () => {
    const gate = Promise.withResolvers<{ statusCode: number }>();
    const { url, invocations, apis, api } = await serveTestApi({
      routes: { $connect: { handler: () => gate.promise }, $disconnect: ok },
    });
    const { socket: client } = openRaw(url);
    client.write(upgradeText(url));
    await until(() => invocations.length === 1);
    client.destroy();
    gate.resolve({ statusCode: 200 });
    await until(() => invocations.length === 2);
    expect(invocations[1]?.payload).toMatchObject({
      requestContext: { eventType: "DISCONNECT", disconnectStatusCode: 1006 },
    });
    expect(apis.connections()[api.id]).toBe(0);
  });
});

describe("a handshake", () => {
  test("is 403 on a stage that does not exist, or a path below one", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $connect: ok } });
    for (const other of [url.replace("/v1", "/v2"), url.replace("/v1", "/"), `${url}/x`, `${url}%ff`]) {
      expect((await refusal(other)).status).toBe(403);
    }
    expect(invocations).toEqual([]);
  });

  test("may have a URL of 4,096 characters and no more", async () => {
    const { url } = await serveTestApi({ routes: { $connect: ok } });
    const filled = (length: number) => `${url}?`.padEnd(length, "x");
    await connect(filled(4096));
    expect((await refusal(filled(4097))).status).toBe(414);
  });

  test("is 429 over the throttle of $connect, and over the account's new connections", async () => {
    const throttled = await serveTestApi({
      routes: { $connect: ok },
      stage: { routeThrottles: { $connect: { rate: 1, burst: 1 } } },
    });
    await connect(throttled.url);
    expect((await refusal(throttled.url)).status).toBe(429);
    await throttled.clock.advance(1000);
    await connect(throttled.url);

    const full = await serveTestApi({ routes: { $connect: ok }, newConnectionsPerSecond: 2 });
    await Promise.all([connect(full.url), connect(full.url)]);
    expect((await refusal(full.url)).status).toBe(429);
  });

  test("is 400, and invokes nothing, when it is no valid upgrade", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $connect: ok } });
    const answer = await new Promise<number | undefined>((resolve, reject) =>
      httpRequest(url.replace("ws:", "http:"), {
        headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "short" },
      })
        .on("response", (response) => resolve(response.statusCode))
        .on("error", reject)
        .end(),
    );
    expect(answer).toBe(400);
    expect(invocations).toEqual([]);
  });

  test("needs no $connect route", async () => {
    const { url } = await serveTestApi({ routes: { $default: ok } });
    expect((await connect(url)).socket.readyState).toBe(1);
  });

  test("writes one access log line, without the query string", async () => {
    const format = JSON.stringify({
      eventType: "$context.eventType",
      routeKey: "$context.routeKey",
      status: "$context.status",
      authorizer: "$context.authorizer.status",
      error: "$context.error.responseType",
      unknown: "$context.unknown",
    });
    const { url, lines } = await serveTestApi({
      authorizer: (event) => {
        const { proof } = event.queryStringParameters;
        if (proof === "good-secret") return allowAll(event);
        throw new Error(proof === "bad-secret" ? "Unauthorized" : `database down for ${proof}`);
      },
      routes: { $connect: ok },
      stage: { accessLog: { destinationArn: logGroupArn, format } },
    });
    await connect(`${url}?proof=good-secret`);
    await refusal(`${url}?proof=bad-secret`);
    await refusal(`${url}?proof=other-secret`);
    await refusal(`${url}?token=no-secret`);
    const line = { eventType: "CONNECT", routeKey: "$connect", unknown: "-" };
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      { ...line, status: "200", authorizer: "200", error: "-" },
      { ...line, status: "401", authorizer: "401", error: "UNAUTHORIZED" },
      { ...line, status: "500", authorizer: "500", error: "AUTHORIZER_FAILURE" },
      { ...line, status: "401", authorizer: "-", error: "UNAUTHORIZED" },
    ]);
    expect(lines.join()).not.toContain("secret");
  });
});
