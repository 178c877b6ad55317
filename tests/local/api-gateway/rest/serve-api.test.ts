import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { builtApi } from "./built-api.ts";
import { type CloudParts, cloudParts } from "./cloud-parts.ts";
import { hostOf, openRaw, sendRaw } from "./raw-http.ts";

let parts: CloudParts;
let url: string;
let host: string;
beforeEach(async () => {
  parts = cloudParts();
  ({ url } = await builtApi(parts, [{ path: ["proofs"], method: "POST" }], ({ definition }) => {
    for (const type of ["DEFAULT_4XX", "DEFAULT_5XX"]) {
      definition.gatewayResponses.set(type, {
        responseTemplates: { "application/json": '{"code":"refused","requestId":"$context.requestId"}' },
        responseParameters: {},
      });
    }
  }));
  host = hostOf(url);
});
afterEach(() => parts.restApis.stop());

const refusedBody = { code: "refused", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
const bodyOf = (raw: string): unknown => JSON.parse(raw.slice(raw.indexOf("\r\n\r\n") + 4));
const statusOf = (raw: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1]);

test("answers HEAD without a body", async () => {
  const raw = await sendRaw(url, `HEAD /v1/proofs HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(statusOf(raw)).toBe(403);
  expect(raw.endsWith("\r\n\r\n")).toBe(true);
});

test("continues a client that waits for 100", async () => {
  const socket = openRaw(url);
  socket.setEncoding("latin1");
  socket.write(
    `POST /v1/proofs HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
  );
  expect(await once(socket, "data")).toEqual(["HTTP/1.1 100 Continue\r\n\r\n"]);
  socket.write("{}");
  const [answer] = await once(socket, "data");
  socket.destroy();
  expect(statusOf(answer)).toBe(200);
  expect(parts.invocations[0]?.payload).toMatchObject({ body: "{}" });
});

test("waits for a body that comes in pieces, and serves others meanwhile", async () => {
  const socket = openRaw(url);
  socket.setEncoding("latin1");
  socket.write(`POST /v1/proofs HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`);
  expect((await fetch(`${url}/proofs`, { method: "POST" })).status).toBe(200);
  socket.write("1\r\n}\r\n0\r\n\r\n");
  const [answer] = await once(socket, "data");
  socket.destroy();
  expect(statusOf(answer)).toBe(200);
  expect(parts.invocations.map(({ payload }) => payload)).toMatchObject([{ body: null }, { body: "{}" }]);
});

test("does not call the function for a client that leaves before its body is complete", async () => {
  const socket = openRaw(url);
  socket.write(`POST /v1/proofs HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\n{`);
  await new Promise<void>((resolve) => socket.end(resolve));
  socket.resume();
  await once(socket, "close");
  expect((await fetch(`${url}/nothing`)).status).toBe(403);
  expect(parts.invocations).toEqual([]);
  expect(parts.lines.map(({ message }) => JSON.parse(message).path)).toEqual(["/v1/nothing"]);
});

test("refuses a body over 10 MB, announced or not", async () => {
  const announced = await fetch(`${url}/proofs`, {
    method: "POST",
    body: new Uint8Array(10 * 1024 * 1024 + 1),
  });
  expect([announced.status, await announced.json()]).toEqual([413, refusedBody]);

  const piece = new Uint8Array(1024 * 1024);
  let left = 11;
  const pieces = new ReadableStream({
    pull: (controller) => (left-- > 0 ? controller.enqueue(piece) : controller.close()),
  });
  const streamed = await fetch(`${url}/proofs`, {
    method: "POST",
    body: pieces,
    duplex: "half",
  } as RequestInit);
  expect([streamed.status, await streamed.json()]).toEqual([413, refusedBody]);
  expect(parts.invocations).toEqual([]);
});

test("takes a body of exactly 10 MB", async () => {
  const response = await fetch(`${url}/proofs`, { method: "POST", body: "x".repeat(10 * 1024 * 1024) });
  expect(response.status).toBe(200);
});

test("refuses headers over 10,240 bytes without a line, and lives through larger ones", async () => {
  const over = await fetch(`${url}/proofs`, { method: "POST", headers: { "x-long": "x".repeat(10_240) } });
  expect(over.status).toBe(431);
  expect(parts.lines).toEqual([]);
  const giant = await sendRaw(url, `GET /v1 HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(40_000)}\r\n\r\n`);
  expect(statusOf(giant)).toBe(431);
  expect((await fetch(`${url}/proofs`, { method: "POST" })).status).toBe(200);
});

test("refuses a Host that is not its own", async () => {
  const raw = await sendRaw(url, "POST /v1/proofs HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  expect(statusOf(raw)).toBe(421);
  expect(parts.invocations).toEqual([]);
});

test("keeps the access log one JSON object a line, whatever the path", async () => {
  await sendRaw(url, `GET /v1/"},\\{" HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(parts.lines.map(({ message }) => JSON.parse(message))).toMatchObject([{ path: '/v1/"},\\{"' }]);
});

test("reads a target that is a whole URL", async () => {
  const raw = await sendRaw(url, `POST ${url}/proofs HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
  expect(statusOf(raw)).toBe(200);
});

test.each(["/v1/%zz", "/v1/proofs/..", "/v1//proofs", "/v1/proofs%2F", "/v1/__proto__", "/v1/constructor"])(
  "has no route for %s",
  async (path) => {
    const raw = await sendRaw(url, `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
    expect([statusOf(raw), bodyOf(raw)]).toEqual([403, refusedBody]);
  },
);

test("answers any path, header and body below the stage as the function or in the declared shape", async () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/);
  const visible = fc.stringMatching(/^[\x21-\x7e\x80-\xff]{0,40}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"),
      fc.oneof(fc.stringMatching(/^[\x21-\x7e]{0,40}$/), fc.constant("proofs")),
      fc.array(fc.tuple(token, visible), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 200 }),
      async (method, path, headers, body) => {
        const names = ["content-length", "transfer-encoding", "connection", "host", "upgrade", "expect"];
        const extra = headers
          .filter(([name]) => !names.includes(name.toLowerCase()))
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join("");
        const raw = await sendRaw(
          url,
          `${method} /v1/${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n${extra}\r\n${Buffer.from(body).toString("latin1")}`,
        );
        if (statusOf(raw) === 200) expect(bodyOf(raw)).toEqual({ ok: true });
        else expect([statusOf(raw), bodyOf(raw)]).toEqual([403, refusedBody]);
      },
    ),
    { numRuns: 150 },
  );
  expect(parts.faults).toEqual([]);
});

test("outlives bytes that are no HTTP at all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const socket = openRaw(url);
      socket.on("error", () => {});
      socket.end(Buffer.from(bytes));
      socket.resume();
      await once(socket, "close");
    }),
    { numRuns: 50 },
  );
  expect((await fetch(`${url}/proofs`, { method: "POST" })).status).toBe(200);
  expect(parts.faults).toEqual([]);
});
