import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type Control, startControl } from "../../../local/control/control.ts";
import { forgeRequest, testToken } from "../loopback/forge-request.ts";
import { refusesIntruders } from "../loopback/refuses-intruders.ts";

const consoleOrigin = "http://127.0.0.1:4999";
const clock = new AdvanceableClock(() => 1_000_000);
const grant = { holder: "relay", policy: "relay-read", action: "dynamodb:GetItem", resource: "*", uses: 3 };
const denial = { caller: "relay", action: "dynamodb:Query", resource: "*", times: 1 };
const line = { time: 5, logGroup: "/synapse-d/local/RelayServer", message: "{}" };
const asked: unknown[] = [];
let control: Control;

beforeAll(async () => {
  control = await startControl({
    token: testToken,
    consoleOrigin: () => consoleOrigin,
    clock,
    status: () => ({ ready: true }),
    resources: () => [{ type: "aws:sqs/queue:Queue", name: "deliveries" }],
    grants: () => [grant],
    denials: () => [denial],
    logLines: (filter) => {
      asked.push(filter);
      return [line];
    },
    instances: () => ({ RelayServer: 2 }),
  });
});
afterAll(() => control.close());

const get = (path: string) => forgeRequest(`${control.url}${path}`);
const post = (path: string, body: string) =>
  forgeRequest(`${control.url}${path}`, { method: "POST", body, headers: { origin: consoleOrigin } });

describe("intruders", () =>
  refusesIntruders({ url: () => control.url, path: "/health", postPath: "/clock" }));

test("tells its health with the time of the local cloud", async () => {
  expect((await get("/health")).json()).toEqual({ ready: true, now: expect.any(Number) });
});

test("lists resources, grants with their use, refused calls, and instances", async () => {
  expect((await get("/resources")).json()).toEqual({
    resources: [{ type: "aws:sqs/queue:Queue", name: "deliveries" }],
  });
  expect((await get("/iam")).json()).toEqual({ grants: [grant], denials: [denial] });
  expect((await get("/instances")).json()).toEqual({ instances: { RelayServer: 2 } });
});

test("passes the filter of a log query on, with 200 lines unless told", async () => {
  asked.length = 0;
  expect((await get("/logs")).json()).toEqual({ lines: [line] });
  await get("/logs?group=%2Fsynapse-d%2Flocal%2FRelayServer&since=17&limit=1000");
  expect(asked).toEqual([
    { limit: 200 },
    { logGroup: "/synapse-d/local/RelayServer", since: 17, limit: 1_000 },
  ]);
});

test.each([
  ["limit=0", "limit"],
  ["limit=1001", "limit"],
  ["limit=ten", "limit"],
  ["since=-1", "since"],
  ["since=1.5", "since"],
  ["group=", "group"],
  ["groop=x", "groop"],
])("refuses the log query %s, naming the parameter", async (query, parameter) => {
  const reply = await get(`/logs?${query}`);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({
    code: "query_invalid",
    detail: expect.stringContaining(`${parameter}: `),
  });
});

test("moves the clock forward and tells the new time", async () => {
  const before = clock.now();
  const reply = await post("/clock", '{"advanceMs":600000}');
  expect(reply.status).toBe(200);
  expect(reply.json()).toEqual({ now: before + 600_000 });
  expect(clock.now()).toBe(before + 600_000);
});

test("moves the clock by 40 days at most", async () => {
  expect((await post("/clock", '{"advanceMs":3456000000}')).status).toBe(200);
  expect((await post("/clock", '{"advanceMs":3456000001}')).status).toBe(400);
});

test.each([
  "",
  "ten",
  "[]",
  "{}",
  '{"advanceMs":-1}',
  '{"advanceMs":0.5}',
  '{"advanceMs":"5"}',
  '{"advanceMs":1,"x":2}',
])("refuses to move the clock by %j", async (body) => {
  const before = clock.now();
  const reply = await post("/clock", body);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({ code: "body_invalid", retryable: false });
  expect(clock.now()).toBe(before);
});

test("answers any body with 200 or 400", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
      expect([200, 400]).toContain((await post("/clock", body)).status);
    }),
    { numRuns: 50 },
  );
});

test("tells the console's page in a preflight what it may send, and no other page", async () => {
  const preflight = (origin: string) =>
    forgeRequest(`${control.url}/clock`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const own = await preflight(consoleOrigin);
  expect(own.status).toBe(204);
  expect(own.headers).toMatchObject({
    "access-control-allow-origin": "http://127.0.0.1:4999",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization, content-type",
  });
  expect((await preflight("https://evil.example")).status).toBe(403);
});
