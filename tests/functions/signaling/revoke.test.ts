import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../functions/shared/failure.ts";
import type { Closed } from "../../../functions/signaling/closing.ts";
import type { Posted } from "../../../functions/signaling/connections.ts";
import { revoke } from "../../../functions/signaling/revoke.ts";
import type { Socket } from "../../../functions/signaling/sockets.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { limits } from "./identities.ts";

const now = 1_800_000_060_000;
const unavailable = new Failure("dynamodb_unavailable", "throttled", { retryable: true });

const socketOf = (id: string, more: Partial<Socket> = {}): Socket => ({
  user: "acme#ada",
  connectionId: id,
  member: { channel: "acme#lobby", name: id },
  role: "VIEWER",
  connectedAt: now - 60_000,
  ...more,
});

interface World {
  readonly sockets?: readonly (readonly Socket[])[];
  readonly posting?: Posted;
  readonly closing?: Readonly<Record<string, Closed>>;
  /** Members whose row is another connection's. */
  readonly orphans?: readonly string[];
  readonly entitled?: boolean;
  readonly failing?: Readonly<Record<string, Error>>;
}

/** The worker, and what it did, in order. */
function world({ sockets = [], posting = "delivered", closing = {}, orphans = [], ...more }: World = {}) {
  const did: string[] = [];
  const postponed: [string, number][] = [];
  const recorded = recordedTelemetry("revoke");
  const called = (call: string) => {
    did.push(call);
    const error = more.failing?.[call];
    if (error) throw error;
  };
  const handle = revoke({
    access: async (user) => {
      called(`access ${user}`);
      return more.entitled ? { kind: "entitled", limits } : { kind: "ended", reason: "unpaid" };
    },
    sockets: {
      enter: async () => {},
      leave: async ({ connectionId }) => called(`leave ${connectionId}`),
      async *of() {
        yield* sockets;
      },
    },
    peers: {
      find: async ({ name }) => {
        called(`find ${name}`);
        const connectionId = orphans.includes(name) ? "another" : name;
        return { connectionId, role: "VIEWER", connectedAt: now, announced: false, instance: "" };
      },
    },
    removal: {
      remove: async (_, connectionId) => {
        called(`remove ${connectionId}`);
        return "removed";
      },
    },
    connections: {
      post: async (id, frame) => {
        called(`post ${id} ${frame}`);
        return posting;
      },
    },
    closing: {
      close: async (id) => {
        called(`close ${id}`);
        return closing[id] ?? "closed";
      },
    },
    wakeUps: {
      send: async (message, id) =>
        called(`send ${message.kind} ${"cause" in message ? message.cause : ""} ${message.name} ${id}`),
    },
    receipts: { postpone: async (receipt, seconds) => void postponed.push([receipt, seconds]) },
    telemetry: recorded.telemetry,
    now: () => now,
  });
  const receive = (records: readonly object[], remaining = 30_000) =>
    handle({ Records: records }, { awsRequestId: "r", getRemainingTimeInMillis: () => remaining });
  return { did, postponed, lines: recorded.lines, receive };
}

const record = (id: string, body: unknown = {}, receives = 1, group = "g") => ({
  messageId: id,
  receiptHandle: `receipt-${id}`,
  body:
    typeof body === "string"
      ? body
      : JSON.stringify({ v: 1, user: "acme#ada", version: 3, cause: "review", ...(body as object) }),
  attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: group },
});
const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe("a user whose access has ended", () => {
  test("is told why, others are told, and only then the socket is closed and forgotten", async () => {
    const { did, receive, lines } = world({ sockets: [[socketOf("a")]] });
    expect(await receive([record("m")])).toEqual(failed());
    expect(did).toEqual([
      "access acme#ada",
      'post a {"messageType":"REVOKED","reason":"unpaid"}',
      "find a",
      "send departure revoked a a",
      "close a",
      "remove a",
      "leave a",
    ]);
    expect(lines()).toMatchObject([{ outcome: "revoked", code: "unpaid", revoked: 1 }]);
    expect(lines()[0]).not.toHaveProperty("stripeEventId");
  });

  test("loses every socket, of every page, also one that lost its name, of which nobody is told", async () => {
    const { did, receive } = world({
      sockets: [[socketOf("a"), socketOf("b")], [socketOf("c")]],
      orphans: ["b"],
    });
    await receive([record("m")]);
    expect(did.filter((call) => call.startsWith("close")).sort()).toEqual(["close a", "close b", "close c"]);
    expect(did.filter((call) => call.startsWith("send"))).toHaveLength(2);
    expect(did).not.toContain("remove b");
  });

  test.each<Posted>(["gone", "unavailable", "unknown", "refused"])(
    "loses a socket that cannot be told, since posting gives %s",
    async (posting) => {
      const { did, receive } = world({ sockets: [[socketOf("a")]], posting });
      expect(await receive([record("m")])).toEqual(failed());
      expect(did.slice(-3)).toEqual(["close a", "remove a", "leave a"]);
    },
  );

  test("keeps no row of a socket that was closed long ago", async () => {
    const { did, receive } = world({ sockets: [[socketOf("a")]], posting: "gone", closing: { a: "gone" } });
    expect(await receive([record("m")])).toEqual(failed());
    expect(did.at(-1)).toBe("leave a");
  });

  test.each([
    ["just before ten seconds are over", 9_999, ["m"]],
    ["when they are over no more", 10_000, []],
  ])("may have a socket whose handshake goes on: tried again %s", async (_, age, returning) => {
    const young = socketOf("a", { connectedAt: now - age });
    const { did, receive, lines } = world({ sockets: [[young]], posting: "gone", closing: { a: "gone" } });
    expect(await receive([record("m")])).toEqual(failed(...returning));
    expect(did.length).toBe(returning.length > 0 ? 2 : 7);
    expect(lines()[0]?.code).toBe(returning.length > 0 ? "not_open_yet" : "unpaid");
  });

  test("has no open handshake where a socket was just told", async () => {
    const young = socketOf("a", { connectedAt: now - 10 });
    const { receive } = world({ sockets: [[young]], closing: { a: "gone" } });
    expect(await receive([record("m")])).toEqual(failed());
  });
});

test("a user who has access keeps every socket", async () => {
  const { did, receive, lines } = world({ sockets: [[socketOf("a")]], entitled: true });
  expect(await receive([record("m")])).toEqual(failed());
  expect(did).toEqual(["access acme#ada"]);
  expect(lines()).toMatchObject([{ outcome: "ignored", code: "entitled" }]);
});

describe("what cannot be finished", () => {
  test("comes back when API Gateway does not say that a socket is closed, and the others are closed", async () => {
    const { did, receive, lines, postponed } = world({
      sockets: [[socketOf("a"), socketOf("b")]],
      closing: { a: "unavailable" },
    });
    expect(await receive([record("m", {}, 2)])).toEqual(failed("m"));
    expect(did).toContain("leave b");
    expect(did).not.toContain("leave a");
    expect(did).not.toContain("remove a");
    expect(lines()).toMatchObject([{ outcome: "retried", code: "unavailable", revoked: 1 }]);
    expect(postponed).toEqual([["receipt-m", 2]]);
  });

  test.each(["find a", "send departure revoked a a", "remove a", "leave a", "access acme#ada"])(
    "comes back when %s fails",
    async (call) => {
      const sockets = [[socketOf("a"), socketOf("b")]];
      const { receive, lines } = world({ sockets, failing: { [call]: unavailable } });
      expect(await receive([record("m", {}, 5)])).toEqual(failed("m"));
      expect(lines()).toMatchObject([{ outcome: "failed", code: "dynamodb_unavailable" }]);
    },
  );

  test("comes back after 1, 2, 4, then 8 seconds", async () => {
    const { receive, postponed } = world({ failing: { "access acme#ada": unavailable } });
    for (const receives of [1, 2, 3, 4, 8]) await receive([record("m", {}, receives)]);
    expect(postponed.map(([, seconds]) => seconds)).toEqual([1, 2, 4, 8, 8]);
  });

  test("holds back what is behind it for the same user, and nobody else", async () => {
    const { receive, lines } = world({ failing: { "access acme#ada": unavailable } });
    const records = [record("m-1"), record("m-2"), record("m-3", { user: "acme#bob" }, 1, "other")];
    expect(await receive(records)).toEqual(failed("m-1", "m-2"));
    expect(
      lines()
        .map(({ code }) => code)
        .sort(),
    ).toEqual(["dynamodb_unavailable", "group_blocked", "unpaid"]);
  });

  test("comes back when time is too short for one more socket", async () => {
    const { did, receive, lines } = world({ sockets: [[socketOf("a")]] });
    expect(await receive([record("m")], 16_999)).toEqual(failed("m"));
    expect(did).toEqual(["access acme#ada"]);
    expect(lines()).toMatchObject([{ outcome: "retried", code: "no_time" }]);
  });
});

test.each(["no JSON", "{}", '{"v":1,"user":"nobody","version":1,"cause":"x"}', '{"v":0}'])(
  "%s becomes a dead letter, and holds nobody back",
  async (body) => {
    const { receive, lines } = world();
    expect(await receive([record("bad", body), record("good")])).toEqual(failed("bad"));
    expect(lines()).toMatchObject([{ outcome: "failed", code: "message_malformed" }, { outcome: "revoked" }]);
  },
);

test("a message of a later release comes back, and what is behind it waits for it", async () => {
  const { did, receive, lines } = world();
  expect(await receive([record("newer", '{"v":2}'), record("behind")])).toEqual(failed("newer", "behind"));
  expect(lines()).toMatchObject([
    { outcome: "retried", code: "message_newer" },
    { outcome: "retried", code: "group_blocked" },
  ]);
  expect(did.filter((one) => one.startsWith("access"))).toEqual([]);
});
