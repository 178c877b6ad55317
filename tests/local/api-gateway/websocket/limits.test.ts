import { afterEach, describe, expect, test } from "@jest/globals";
import { connect, ok, serveTestApi, stopTestApis, until } from "./serve-test-api.ts";

afterEach(stopTestApis);

const echo = { handler: (event: { body: string }) => ({ statusCode: 200, body: event.body }), answers: true };
const minute = 60_000;

interface Disconnection {
  readonly disconnectStatusCode: number;
  readonly disconnectReason: string;
}

describe("time", () => {
  test("closes a connection that was idle for 10 minutes with 1001, and tells $disconnect", async () => {
    const { url, clock, invocations, apis, api } = await serveTestApi({ routes: { $disconnect: ok } });
    const client = await connect(url);
    await clock.advance(10 * minute - 1);
    expect(apis.connections()[api.id]).toBe(1);
    await clock.advance(1);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(apis.connections()[api.id]).toBe(0);
    await until(() => invocations.length === 1);
    expect(invocations[0]?.payload).toMatchObject({
      requestContext: {
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: 1001,
        disconnectReason: "Going away",
      },
      isBase64Encoded: false,
    });
    expect(invocations[0]?.context).toEqual({
      "aws:SourceArn": `${api.executionArn}/v1/$disconnect`,
      "aws:SourceAccount": "000000000000",
    });
  });

  test("counts a message, a reply and a ping as traffic", async () => {
    const { url, clock, apis, api } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    await clock.advance(9 * minute);
    client.socket.send("still here");
    await client.received(1);
    await clock.advance(9 * minute);
    const pong = new Promise((resolve) => client.socket.once("pong", resolve));
    client.socket.ping("payload");
    expect(String(await pong)).toBe("payload");
    await clock.advance(10 * minute - 1);
    expect(apis.connections()[api.id]).toBe(1);
    await clock.advance(1);
    expect((await client.closed).code).toBe(1001);
  });

  test("closes a busy connection after 2 hours", async () => {
    const { url, clock, apis, api } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    for (let count = 1; count <= 14; count++) {
      await clock.advance(8.5 * minute);
      client.socket.send("still here");
      await client.received(count);
    }
    await clock.advance(minute - 1);
    expect(apis.connections()[api.id]).toBe(1);
    await clock.advance(1);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  });
});

describe("size", () => {
  test("passes a frame of 32,768 bytes and closes with 1009 on one of 32,769", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    client.socket.send("x".repeat(32_768));
    expect((await client.received(1))[0]).toHaveLength(32_768);
    client.socket.send("x".repeat(32_769));
    expect((await client.closed).code).toBe(1009);
    expect(invocations).toHaveLength(1);
  });

  test("passes 128 KB in four frames, and closes with 1009 on a byte more", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    const frame = "x".repeat(32_768);
    for (const fin of [false, false, false, true]) client.socket.send(frame, { fin });
    expect((await client.received(1))[0]).toHaveLength(131_072);
    for (const fin of [false, false, false, false]) client.socket.send(frame, { fin });
    client.socket.send("x", { fin: true });
    expect((await client.closed).code).toBe(1009);
    expect(invocations).toHaveLength(1);
  });

  test("serves the messages that came before the frame that is too large", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $default: ok } });
    const client = await connect(url);
    client.socket.send("one");
    client.socket.send("two");
    client.socket.send("x".repeat(40_000));
    client.socket.send("three");
    expect((await client.closed).code).toBe(1009);
    expect(invocations.map(({ payload }) => (payload as { body: string }).body)).toEqual(["one", "two"]);
  });

  test("closes with 1003 on a binary message", async () => {
    const { url, invocations } = await serveTestApi({ routes: { $default: echo } });
    const client = await connect(url);
    client.socket.send(Buffer.from("hello"));
    expect((await client.closed).code).toBe(1003);
    expect(invocations).toEqual([]);
  });
});

describe("$disconnect", () => {
  const disconnected = async (leave: (client: Awaited<ReturnType<typeof connect>>) => void) => {
    const { url, invocations } = await serveTestApi({ routes: { $disconnect: ok } });
    leave(await connect(url));
    await until(() => invocations.length === 1);
    const payloads = invocations.map(({ payload }) => payload as { requestContext: Disconnection });
    return payloads.map(({ requestContext }) => [
      requestContext.disconnectStatusCode,
      requestContext.disconnectReason,
    ]);
  };

  test("hears the code and the reason of the client", async () => {
    expect(await disconnected(({ socket }) => socket.close(4001, "bye"))).toEqual([[4001, "bye"]]);
    expect(await disconnected(({ socket }) => socket.close(1000))).toEqual([[1000, ""]]);
    expect(await disconnected(({ socket }) => socket.close())).toEqual([
      [1005, "Client-side close frame status not set"],
    ]);
    expect(await disconnected(({ socket }) => socket.terminate())).toEqual([[1006, ""]]);
  });

  test("may fail; that is logged and harms nothing", async () => {
    const { url, lines, invocations } = await serveTestApi({
      routes: { $disconnect: { handler: () => Promise.reject(new Error("boom")) }, $default: echo },
      stage: {
        accessLog: {
          destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/synapse-d/test/access",
          format: "$context.eventType $context.status $context.error.responseType $context.integration.error",
        },
      },
    });
    (await connect(url)).socket.close();
    await until(() => lines.length === 2);
    expect(lines[1]).toBe("DISCONNECT 500 INTEGRATION_FAILURE boom");
    const next = await connect(url);
    next.socket.send("alive");
    expect(await next.received(1)).toEqual(["alive"]);
    expect(invocations.filter(({ functionName }) => functionName.endsWith("$disconnect"))).toHaveLength(1);
  });

  test("is not invoked when the whole gateway stops", async () => {
    const { url, apis, invocations } = await serveTestApi({ routes: { $disconnect: ok } });
    const client = await connect(url);
    await apis.stop();
    await client.closed;
    expect(invocations).toEqual([]);
  });
});
