import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { connectionRoutes } from "../../../local/control/connection-routes.ts";
import { faultRoutes } from "../../../local/control/fault-routes.ts";
import { functionRoutes } from "../../../local/control/function-routes.ts";
import { createFaults } from "../../../local/faults/create-faults.ts";
import { type CapabilityServer, startCapabilityServer } from "../../../local/loopback/capability-server.ts";
import { forgeRequest, testToken } from "../loopback/forge-request.ts";
import { refusesIntruders } from "../loopback/refuses-intruders.ts";

const faults = createFaults({ clock: new AdvanceableClock(() => 0), newSeed: () => 77 });
const open = {
  id: "aB1=",
  api: "api",
  stage: "v1",
  clientPort: 3,
  connectedAt: 1,
  lastActiveAt: 2,
  halfOpen: false,
};
const asked: unknown[] = [];
let server: CapabilityServer;

beforeAll(async () => {
  server = await startCapabilityServer({
    token: testToken,
    routes: [
      ...faultRoutes(faults),
      ...functionRoutes({
        kill: (name) => (name === "RelayServer" ? 2 : undefined),
        freeze: (name, milliseconds) => {
          asked.push([name, milliseconds]);
          return name === "RelayServer" ? 3 : undefined;
        },
        recycle: async (name) => (name === "RelayServer" ? 4 : undefined),
      }),
      ...connectionRoutes({
        openConnections: () => [open],
        vanish: (id, mode) => {
          asked.push([id, mode]);
          return id === open.id;
        },
      }),
    ],
  });
});
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
  faults.replace([]);
});

const send = (method: string, path: string, body = "", headers = {}) =>
  forgeRequest(`${server.url}${path}`, { method, body, headers });
const put = (rules: unknown, query = "") => send("PUT", `/faults${query}`, JSON.stringify(rules));

describe("intruders", () =>
  refusesIntruders({ url: () => server.url, path: "/connections", postPath: "/functions/RelayServer/kill" }));

test.each([
  ["PUT", "[]"],
  ["DELETE", ""],
])("no page of another origin, and nobody without the token, may %s faults", async (method, body) => {
  await put([{ service: "sqs", drop: true }]);
  expect((await send(method, "/faults", body, { origin: "https://evil.example" })).status).toBe(403);
  expect((await forgeRequest(`${server.origin}/faults`, { method, body })).status).toBe(401);
  expect(faults.list().faults).toHaveLength(1);
});

test("puts rules in place of those in force, tells them with their seed, and ends them", async () => {
  const rule = {
    service: "dynamodb",
    operation: "GetItem",
    match: "peers",
    probability: 0.05,
    times: 3,
    error: { name: "ThrottlingException", status: 400 },
    latencyMs: 20,
    after: true,
  };
  await put([{ service: "sqs", drop: true }]);
  expect((await put([rule], "?seed=12")).json()).toEqual({ seed: 12, faults: [{ ...rule, fired: 0 }] });
  expect((await send("GET", "/faults")).json()).toEqual({ seed: 12, faults: [{ ...rule, fired: 0 }] });
  expect((await put([rule])).json()).toMatchObject({ seed: 77 });
  expect((await send("DELETE", "/faults")).json()).toEqual({ seed: 77, faults: [] });
});

test.each<[string, unknown, string]>([
  ["a service that has no door", [{ service: "s3", drop: true }], "0.service: "],
  ["a rule that does nothing", [{ service: "sqs" }], "0: a rule needs error, latencyMs, drop or after"],
  [
    "an answer to a call that is dropped",
    [{ service: "sqs", drop: true, error: { name: "E", status: 500 } }],
    "0: a call that is dropped has no answer: error or drop",
  ],
  ["a member that is not one", [{ service: "sqs", drop: true, chance: 1 }], "0.chance: "],
  ["a probability over 1", [{ service: "sqs", drop: true, probability: 1.1 }], "0.probability: "],
  ["a probability below 0", [{ service: "sqs", drop: true, probability: -0.1 }], "0.probability: "],
  ["no times", [{ service: "sqs", drop: true, times: 0 }], "0.times: "],
  ["half a time", [{ service: "sqs", drop: true, times: 1.5 }], "0.times: "],
  [
    "a status that is none of an error",
    [{ service: "sqs", error: { name: "E", status: 200 } }],
    "0.error.status: ",
  ],
  [
    "a name with a line break",
    [{ service: "sqs", error: { name: "E\r\nX: y", status: 500 } }],
    "0.error.name: ",
  ],
  ["an operation that is none", [{ service: "sqs", drop: true, operation: "Send Message" }], "0.operation: "],
  ["an empty match", [{ service: "sqs", drop: true, match: "" }], "0.match: "],
  ["a latency over a day", [{ service: "sqs", latencyMs: 86_400_001 }], "0.latencyMs: "],
  ["drop: false", [{ service: "sqs", drop: false }], "0.drop: "],
  ["the second of two", [{ service: "sqs", drop: true }, 5], "1: "],
  ["65 rules", Array(65).fill({ service: "sqs", drop: true }), "Invalid length"],
  ["one rule without its list", { service: "sqs", drop: true }, ""],
])("refuses %s, saying where, and keeps the rules in force", async (_, rules, where) => {
  faults.replace([{ service: "lambda", drop: true }]);
  const reply = await put(rules);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({ code: "body_invalid", detail: expect.stringContaining(where) });
  expect(faults.list().faults).toEqual([{ service: "lambda", drop: true, fired: 0 }]);
});

test.each(["?seed=x", "?seed=-1", "?seed=1.5", "?seed=1234567890123456", "?sed=1"])(
  "refuses the query %s",
  async (query) => {
    const reply = await put([], query);
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ code: "query_invalid" });
  },
);

test("ends busy instances or idle ones, and stops them for a time", async () => {
  expect((await send("POST", "/functions/RelayServer/kill")).json()).toEqual({ killed: 2 });
  expect((await send("POST", "/functions/RelayServer/recycle")).json()).toEqual({ recycled: 4 });
  const freeze = await send("POST", "/functions/RelayServer/freeze", '{"milliseconds":5000}');
  expect(freeze.json()).toEqual({ frozen: 3 });
  expect(asked).toEqual([["RelayServer", 5_000]]);
});

test.each(["kill", "freeze", "recycle"])(
  "answers 404 to %s for a function that there is not",
  async (verb) => {
    const reply = await send("POST", `/functions/None/${verb}`, '{"milliseconds":5000}');
    expect(reply.status).toBe(404);
    expect(reply.json()).toMatchObject({ code: "function_unknown", detail: "There is no function None." });
  },
);

test.each(["", "{}", '{"milliseconds":0}', '{"milliseconds":86400001}', '{"milliseconds":1,"x":1}'])(
  "refuses to freeze with %j",
  async (body) => {
    const reply = await send("POST", "/functions/RelayServer/freeze", body);
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ code: "body_invalid" });
    expect(asked).toEqual([]);
  },
);

test("lists connections, and lets one vanish", async () => {
  expect((await send("GET", "/connections")).json()).toEqual({ connections: [open] });
  for (const mode of ["gone", "half-open"]) {
    expect((await send("POST", "/connections/aB1%3D/vanish", JSON.stringify({ mode }))).status).toBe(204);
  }
  expect(asked).toEqual([
    ["aB1=", "gone"],
    ["aB1=", "half-open"],
  ]);
});

test("answers 404 for a connection that there is not, and 400 to another mode", async () => {
  const unknown = await send("POST", "/connections/none/vanish", '{"mode":"gone"}');
  expect([unknown.status, unknown.json()]).toMatchObject([404, { code: "connection_unknown" }]);
  const mode = await send("POST", "/connections/aB1%3D/vanish", '{"mode":"slow"}');
  expect([mode.status, mode.json()]).toMatchObject([
    400,
    { code: "body_invalid", detail: expect.stringContaining("mode: ") },
  ]);
});

test("answers any body with 200 or 400", async () => {
  const rule = fc.record(
    {
      service: fc.constantFrom("sqs", "lambda", "s3"),
      match: fc.string(),
      probability: fc.double(),
      times: fc.integer(),
      error: fc.record({ name: fc.string(), status: fc.integer({ min: 300, max: 700 }) }),
      latencyMs: fc.integer(),
      drop: fc.boolean(),
      after: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(rule).map((rules) => JSON.stringify(rules)),
      ),
      async (body) => {
        expect([200, 400]).toContain((await send("PUT", "/faults", body)).status);
      },
    ),
    { numRuns: 100 },
  );
});
