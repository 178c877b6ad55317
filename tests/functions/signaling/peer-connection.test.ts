import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../functions/shared/failure.ts";
import { connectEvent, connectionWorld, disconnectEvent } from "./connection-world.ts";
import { announced, master, peer, viewer } from "./identities.ts";

const ada = { channel: "acme#lobby", name: "ada" };
const at = 1_800_000_000_123;
const down = new Failure("sqs_unavailable", "down", { retryable: true });

describe("$connect", () => {
  test("registers the identity of the authorizer, never of the query", async () => {
    const { handle, calls, recorded } = connectionWorld();
    const query = { "X-Amz-ClientId": "mallory", clientId: "mallory" };
    expect(await handle({ ...connectEvent(viewer), queryStringParameters: query })).toEqual({
      statusCode: 200,
    });
    expect(calls[0]).toEqual(["register", viewer, at, "L0SM9cOFvHcCIhw="]);
    expect(recorded.lines()).toMatchObject([
      { event: "connect", outcome: "connected", tenant: "acme", role: "VIEWER" },
    ]);
    expect(recorded.lines()[0]).not.toHaveProperty("code");
    for (const secret of ["ada", "lobby", "user-1"]) expect(recorded.text()).not.toContain(secret);
  });

  test("looks for what waits, and for the others, after the row is written", async () => {
    const { handle, order } = connectionWorld({ waiting: ["acme#lobby#ada"] });
    await handle(connectEvent(viewer));
    expect(order()).toEqual(["register", "members", "waitingFor", "send"]);
  });

  test("has the worker hand over what waits", async () => {
    const { handle, sent } = connectionWorld({ waiting: ["acme#lobby#ada"] });
    await handle(connectEvent(viewer));
    expect(sent).toEqual([
      {
        v: 2,
        kind: "arrival",
        ...ada,
        role: "VIEWER",
        connectionId: "L0SM9cOFvHcCIhw=",
        connectedAt: at,
        announced: false,
      },
    ]);
  });

  test.each([
    ["a stock client in an empty channel", viewer, [], 0],
    ["a stock viewer whose master is a stock client", viewer, [master], 0],
    ["a viewer whose master announced itself", viewer, [announced(master)], 1],
    ["a viewer beside another viewer that announced itself", viewer, [announced(peer)], 0],
    ["a stock master that a peer is to hear of", master, [peer], 1],
    ["a client that announced itself", announced(viewer), [], 1],
    ["a peer", peer, [], 1],
  ] as const)(
    "tells the worker of %s only if somebody is to hear of it (%#)",
    async (_, who, there, times) => {
      const present = there.map((identity, number) => [identity, `c-${number}`, at - 1] as const);
      const { handle, sent } = connectionWorld({ present });
      await handle(connectEvent(who));
      expect(sent).toHaveLength(times);
    },
  );

  test("logs the connection that it supersedes, and tells the worker if that one announced itself", async () => {
    const stock = connectionWorld({ present: [[viewer, "OlderVvHcCIhw=", at - 9]] });
    await stock.handle(connectEvent(viewer));
    expect(stock.sent).toEqual([]);
    expect(stock.recorded.lines()).toMatchObject([
      { outcome: "connected", code: "superseded", supersededConnectionId: "OlderVvHcCIhw=" },
    ]);

    const aware = connectionWorld({ present: [[announced(viewer, "tab-0"), "OlderVvHcCIhw=", at - 9]] });
    await aware.handle(connectEvent(viewer));
    expect(aware.sent).toMatchObject([
      {
        kind: "arrival",
        superseded: {
          connectionId: "OlderVvHcCIhw=",
          connectedAt: at - 9,
          announced: true,
          resumed: false,
        },
      },
    ]);
  });

  test.each([
    ["the same instance resumes", announced(viewer, "tab-1"), announced(viewer, "tab-1"), true],
    ["another instance does not", announced(viewer, "tab-1"), announced(viewer, "tab-2"), false],
    ["two without an instance do not", announced(viewer, ""), announced(viewer, ""), false],
  ])("%s", async (_, before, now, resumed) => {
    const { handle, sent } = connectionWorld({ present: [[before, "old", at - 9]] });
    await handle(connectEvent(now));
    expect(sent).toMatchObject([{ superseded: { resumed } }]);
  });

  test("is refused when a newer connection has the name, and changes nothing", async () => {
    const { handle, order, recorded, peers } = connectionWorld({ present: [[viewer, "newer", at + 1]] });
    expect(await handle(connectEvent(viewer))).toEqual({ statusCode: 403 });
    expect(order()).toEqual(["register"]);
    expect(peers.get("acme#lobby#ada")).toMatchObject({ connectionId: "newer" });
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: "newer_connection_exists" }]);
  });

  test("fails when the row cannot be written", async () => {
    const { handle, recorded } = connectionWorld({ failing: { register: new Error("down") } });
    await expect(handle(connectEvent(viewer))).rejects.toThrow("down");
    expect(recorded.lines()).toMatchObject([{ event: "connect", outcome: "failed" }]);
  });

  test.each(["members", "waitingFor", "send"] as const)(
    "fails when it cannot do %s, and takes the row back: there is no connection for it to name",
    async (call) => {
      const { handle, peers, recorded } = connectionWorld({ failing: { [call]: down } });
      await expect(handle(connectEvent(peer))).rejects.toBe(down);
      expect([...peers]).toEqual([]);
      expect(recorded.lines()).toMatchObject([{ outcome: "failed", code: "sqs_unavailable" }]);
    },
  );

  test("fails with the first fault when the row cannot be taken back either", async () => {
    const { handle } = connectionWorld({ failing: { send: down, remove: new Error("also down") } });
    await expect(handle(connectEvent(peer))).rejects.toBe(down);
  });
});

describe("$disconnect", () => {
  const present = [[viewer, "L0SM9cOFvHcCIhw=", at]] as const;

  test("removes the connection's own row", async () => {
    const { handle, peers, calls, sent, recorded } = connectionWorld({ present });
    expect(await handle(disconnectEvent(viewer))).toEqual({ statusCode: 200 });
    expect(calls).toContainEqual(["remove", ada, "L0SM9cOFvHcCIhw="]);
    expect([...peers]).toEqual([]);
    expect(sent).toEqual([]);
    expect(recorded.lines()).toMatchObject([
      { event: "disconnect", outcome: "disconnected", closeCode: 1001 },
    ]);
  });

  test("has the worker tell those who are to hear of it that it left, and since when it had been there", async () => {
    const { handle, sent } = connectionWorld({ present: [...present, [announced(master), "m", at - 5]] });
    await handle(disconnectEvent(viewer));
    expect(sent).toEqual([
      { v: 2, kind: "departure", ...ada, role: "VIEWER", connectedAt: at, cause: "left" },
    ]);
  });

  test("that comes late leaves the newer connection alone, tells nobody, and says so", async () => {
    const { handle, peers, sent, recorded } = connectionWorld({
      present: [
        [viewer, "newer", at + 1],
        [announced(master), "m", at - 5],
      ],
    });
    const { disconnectStatusCode: _, ...rest } = disconnectEvent(viewer).requestContext;
    expect(await handle({ requestContext: rest })).toEqual({ statusCode: 200 });
    expect(peers.get("acme#lobby#ada")).toMatchObject({ connectionId: "newer" });
    expect(sent).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "disconnected", code: "not_current" }]);
  });

  test("that comes twice removes nothing the second time", async () => {
    const { handle, sent } = connectionWorld({ present: [...present, [announced(master), "m", at - 5]] });
    await handle(disconnectEvent(viewer));
    await handle(disconnectEvent(viewer));
    expect(sent).toHaveLength(1);
  });

  test("keeps the row when nobody can be told, so that the sweeper finds it gone and tells them", async () => {
    const { handle, peers, recorded } = connectionWorld({
      present: [...present, [announced(master), "m", at - 5]],
      failing: { send: down },
    });
    await expect(handle(disconnectEvent(viewer))).rejects.toBe(down);
    expect(peers.has("acme#lobby#ada")).toBe(true);
    expect(recorded.lines()).toMatchObject([{ outcome: "failed", code: "sqs_unavailable" }]);
  });
});

test.each([
  ["route_unknown", { requestContext: { ...connectEvent(viewer).requestContext, eventType: "MESSAGE" } }],
  ["route_unknown", { requestContext: { connectionId: "c", requestId: "r", authorizer: {} } }],
  ["event_malformed", {}],
  ["event_malformed", { requestContext: { ...connectEvent(viewer).requestContext, connectedAt: "now" } }],
  ["identity_missing", { requestContext: { ...connectEvent(viewer).requestContext, authorizer: null } }],
])("any other event is the fault %s: %j", async (code, event) => {
  const { handle, calls, recorded } = connectionWorld();
  await expect(handle(event)).rejects.toMatchObject({ code });
  expect(calls).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "failed", code }]);
});
