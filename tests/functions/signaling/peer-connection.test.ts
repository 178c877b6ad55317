import { describe, expect, test } from "@jest/globals";
import { peerConnection } from "../../../functions/signaling/peer-connection.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { viewer } from "./identities.ts";

type Registered = { kind: "registered"; superseded: string | undefined } | { kind: "newer_exists" };

function handlerWith(registered: Registered | Error, removed: "removed" | "kept" = "removed") {
  const calls: unknown[] = [];
  const recorded = recordedTelemetry("peer-connection");
  const handle = peerConnection({
    registry: {
      register: async (...values) => {
        calls.push(["register", ...values]);
        if (registered instanceof Error) throw registered;
        return registered;
      },
    },
    removal: {
      remove: async (...values) => {
        calls.push(["remove", ...values]);
        return removed;
      },
    },
    telemetry: recorded.telemetry,
  });
  return { handle, calls, recorded };
}

const fresh: Registered = { kind: "registered", superseded: undefined };
const context = {
  connectionId: "L0SM9cOFvHcCIhw=",
  requestId: "JKJaXmPLvHcESHA=",
  connectedAt: 1_800_000_000_123,
  authorizer: { ...viewer, maxFrameBytes: "32768" },
};
const connect = { requestContext: { ...context, routeKey: "$connect", eventType: "CONNECT" } };
const disconnect = {
  requestContext: {
    ...context,
    routeKey: "$disconnect",
    eventType: "DISCONNECT",
    disconnectStatusCode: 1001,
  },
};

describe("$connect", () => {
  test("registers the identity of the authorizer, never of the query", async () => {
    const { handle, calls, recorded } = handlerWith(fresh);
    const query = { "X-Amz-ClientId": "mallory", clientId: "mallory" };
    expect(await handle({ ...connect, queryStringParameters: query })).toEqual({ statusCode: 200 });
    expect(calls).toEqual([["register", viewer, "L0SM9cOFvHcCIhw=", 1_800_000_000_123]]);
    expect(recorded.lines()).toMatchObject([
      { event: "connect", outcome: "connected", tenant: "acme", role: "VIEWER" },
    ]);
    expect(recorded.lines()[0]).not.toHaveProperty("code");
  });

  test("logs the connection that it supersedes", async () => {
    const { handle, recorded } = handlerWith({ kind: "registered", superseded: "OlderVvHcCIhw=" });
    await handle(connect);
    expect(recorded.lines()).toMatchObject([
      { outcome: "connected", code: "superseded", supersededConnectionId: "OlderVvHcCIhw=" },
    ]);
  });

  test("is refused when a newer connection has the name", async () => {
    const { handle, recorded } = handlerWith({ kind: "newer_exists" });
    expect(await handle(connect)).toEqual({ statusCode: 403 });
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: "newer_connection_exists" }]);
  });

  test("fails when the row cannot be written", async () => {
    const { handle, recorded } = handlerWith(new Error("down"));
    await expect(handle(connect)).rejects.toThrow("down");
    expect(recorded.lines()).toMatchObject([{ event: "connect", outcome: "failed" }]);
  });
});

describe("$disconnect", () => {
  test("removes the connection's own row", async () => {
    const { handle, calls, recorded } = handlerWith(fresh);
    expect(await handle(disconnect)).toEqual({ statusCode: 200 });
    expect(calls).toEqual([["remove", { channel: "acme#lobby", name: "ada" }, "L0SM9cOFvHcCIhw="]]);
    expect(recorded.lines()).toMatchObject([
      { event: "disconnect", outcome: "disconnected", closeCode: 1001 },
    ]);
  });

  test("that comes late leaves the newer connection alone, and says so", async () => {
    const { handle, recorded } = handlerWith(fresh, "kept");
    const { disconnectStatusCode: _, ...rest } = disconnect.requestContext;
    expect(await handle({ requestContext: rest })).toEqual({ statusCode: 200 });
    expect(recorded.lines()).toMatchObject([{ outcome: "disconnected", code: "not_current" }]);
  });
});

test.each([
  ["route_unknown", { requestContext: { ...context, eventType: "MESSAGE" } }],
  ["route_unknown", { requestContext: context }],
  ["event_malformed", {}],
  ["event_malformed", { requestContext: { ...context, eventType: "CONNECT", connectedAt: "now" } }],
  ["identity_missing", { requestContext: { ...connect.requestContext, authorizer: null } }],
])("any other event is the fault %s: %j", async (code, event) => {
  const { handle, calls, recorded } = handlerWith(fresh);
  await expect(handle(event)).rejects.toMatchObject({ code });
  expect(calls).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "failed", code }]);
});
