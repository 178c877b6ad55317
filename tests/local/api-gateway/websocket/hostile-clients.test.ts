import { afterEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  connect,
  logGroupArn,
  ok,
  openRaw,
  rawClient,
  serveTestApi,
  stopTestApis,
  until,
  upgradeText,
} from "./serve-test-api.ts";

afterEach(stopTestApis);

const echo = { handler: (event: { body: string }) => ({ statusCode: 200, body: event.body }), answers: true };

/** Sends bytes right after the handshake and gives the code of the server's close frame. */
async function closeCodeAfter(url: string, bytes: Uint8Array): Promise<number | undefined> {
  const { socket, frames } = await rawClient(url);
  socket.write(bytes);
  await until(() => frames().length >= 4 || socket.closed);
  const answer = frames();
  socket.destroy();
  return answer[0] === 0x88 ? answer.readUInt16BE(2) : undefined;
}

const masked = (first: number, payload: Uint8Array) =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

test.each([
  ["an unmasked frame", Buffer.from([0x81, 0x02, 0x68, 0x69]), 1002],
  ["reserved bits", masked(0xf1, Buffer.from("hi")), 1002],
  ["an unknown opcode", masked(0x83, Buffer.from("hi")), 1002],
  ["text that is not UTF-8", masked(0x81, Buffer.from([0xff, 0xfe])), 1007],
  ["a continuation of nothing", masked(0x80, Buffer.from("hi")), 1002],
  ["a fragmented ping", masked(0x09, Buffer.from("hi")), 1002],
  ["a declared length of 2^63", Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1009],
  ["a declared length of 1 GB", Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0]), 1009],
  ["a close frame with a reserved code", masked(0x88, Buffer.from([0x03, 0xed])), 1002],
])("closes on %s, tells $disconnect the same code, and serves others", async (_, bytes, code) => {
  const { url, invocations } = await serveTestApi({ routes: { $default: echo, $disconnect: ok } });
  expect(await closeCodeAfter(url, bytes)).toBe(code);
  await until(() => invocations.length === 1);
  expect(invocations[0]?.payload).toMatchObject({ requestContext: { disconnectStatusCode: code } });
  const other = await connect(url);
  other.socket.send("alive");
  expect(await other.received(1)).toEqual(["alive"]);
});

test("survives any garbage after the handshake, and instead of it", async () => {
  const { url } = await serveTestApi({ routes: { $default: echo }, newConnectionsPerSecond: 1_000 });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (garbage, upgrades) => {
      const { socket } = upgrades ? await rawClient(url) : openRaw(url);
      await new Promise((resolve) => socket.end(garbage, () => resolve(undefined)));
      socket.destroy();
    }),
    { numRuns: 100 },
  );
  const other = await connect(url);
  other.socket.send("alive");
  expect(await other.received(1)).toEqual(["alive"]);
});

test("ends a client that never answers the close frame", async () => {
  const { url, clock, apis, api } = await serveTestApi({ routes: { $default: echo } });
  const { socket } = await rawClient(url);
  await clock.advance(10 * 60_000);
  expect(apis.connections()[api.id]).toBe(0);
  expect(socket.readyState).toBe("open");
  await clock.advance(10_000);
  await until(() => socket.readyState !== "open");
});

test("does not keep pongs for a client that floods pings and never reads", async () => {
  const { url, invocations } = await serveTestApi({ routes: { $default: ok } });
  const { socket, frames } = await rawClient(url);
  socket.pause();
  const pings = Buffer.concat(Array.from({ length: 2_000 }, () => masked(0x89, Buffer.alloc(125))));
  for (let round = 0; round < 150; round++) {
    await new Promise((resolve) => socket.write(pings, () => resolve(undefined)));
  }
  socket.write(masked(0x81, Buffer.from("done")));
  await until(() => invocations.length === 1);
  socket.write(masked(0x88, Buffer.from([0x03, 0xe8])));
  socket.resume();
  await until(() => socket.readyState !== "open");
  // 300,000 pongs would be 38 MB; what came is what fits the system's buffers and 1 MB.
  expect(frames().length).toBeLessThan(30_000_000);
  expect(frames().length).toBeGreaterThan(1_000_000);
});

test("keeps half-open handshakes apart from the others", async () => {
  const { url, apis, api } = await serveTestApi({ routes: { $default: echo } });
  const halves = [upgradeText(url).slice(0, 40), "GET"].map((text) => {
    const { socket } = openRaw(url);
    socket.write(text);
    return socket;
  });
  const other = await connect(url);
  other.socket.send("alive");
  expect(await other.received(1)).toEqual(["alive"]);
  expect(apis.connections()[api.id]).toBe(1);
  for (const socket of halves) socket.destroy();
});

test("takes 1,000 connections at once, each with an id of its own", async () => {
  const ids = new Set<string>();
  const { url, apis, api } = await serveTestApi({
    newConnectionsPerSecond: 1_000,
    routes: {
      $connect: {
        handler: ({ requestContext }) => {
          ids.add(requestContext.connectionId);
          return { statusCode: 200 };
        },
      },
      $default: echo,
    },
  });
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => connect(url)));
  expect(ids.size).toBe(1_000);
  expect(apis.connections()[api.id]).toBe(1_000);
  for (const { socket } of clients) socket.send("hello");
  await until(() => clients.every(({ messages }) => messages[0] === "hello"));
});

test("drops the answer of an invocation whose socket closed meanwhile", async () => {
  const gate = Promise.withResolvers<void>();
  const { url, invocations, lines } = await serveTestApi({
    routes: {
      $default: {
        answers: true,
        handler: async () => {
          await gate.promise;
          return { statusCode: 200, body: "late" };
        },
      },
      $disconnect: ok,
    },
    stage: { accessLog: { destinationArn: logGroupArn, format: "$context.eventType" } },
  });
  const client = await connect(url);
  client.socket.send("hello");
  await until(() => invocations.length === 1);
  client.socket.terminate();
  await until(() => lines.includes("DISCONNECT"));
  gate.resolve();
  await until(() => lines.includes("MESSAGE"));
  expect((await connect(url)).socket.readyState).toBe(1);
});

test("reads a handshake of hostile headers and parameters", async () => {
  const { url, invocations } = await serveTestApi({ routes: { $connect: ok } });
  const { socket, received } = openRaw(url);
  socket.write(
    upgradeText(url)
      .replace("/v1", "/v1?__proto__=x&constructor=y&%ff=%zz&a&=b")
      .replace("\r\n\r\n", "\r\n__proto__: p\r\nX-Bytes: é\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"),
  );
  await until(() => received().includes("101 Switching Protocols"));
  socket.destroy();
  const event = JSON.parse(JSON.stringify(invocations[0]?.payload));
  expect(Object.entries(event.queryStringParameters)).toContainEqual(["__proto__", "x"]);
  expect(event.headers["X-Forwarded-For"]).toBe("6.6.6.6, 127.0.0.1");
});
