import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Posted } from "../../../functions/signaling/connections.ts";
import { deliver } from "../../../functions/signaling/deliver.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { unavailable } from "./relay-world.ts";

const now = 1_800_000_000_000;

interface Message {
  readonly id: string;
  readonly name?: string;
  readonly body?: string;
  readonly receives?: number;
}

const record = ({ id, name = "ada", body, receives = 1 }: Message) => ({
  messageId: id,
  receiptHandle: `receipt-${id}`,
  body: body ?? JSON.stringify({ v: 2, kind: "report", channel: "acme#lobby", name, frame: `report-${id}` }),
  attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: name, SentTimestamp: "1" },
});

interface World {
  /** Of a member; default: connected, and frames are delivered. */
  readonly posting?: Readonly<Record<string, Posted | Error>>;
  readonly directory?: Error;
  readonly postponing?: Error;
}

/** The worker and the simplest thing it is asked for: to tell a member something. */
function worker({ posting = {}, directory, postponing }: World = {}) {
  const posts: string[] = [];
  const postponed: [string, number][] = [];
  const recorded = recordedTelemetry("deliver");
  const handle = deliver({
    peers: {
      find: async ({ name }) => {
        if (directory) throw directory;
        return { connectionId: name, role: "VIEWER", connectedAt: 0, announced: false, instance: "" };
      },
    },
    members: { members: async () => [] },
    removal: { remove: async () => "kept" },
    connections: {
      post: async (connectionId, frame) => {
        const outcome = posting[connectionId] ?? "delivered";
        if (outcome instanceof Error) throw outcome;
        if (outcome === "delivered") posts.push(`${connectionId}: ${frame}`);
        return outcome;
      },
    },
    pairs: memoryPairs().pairs,
    wakeUps: { send: async () => {} },
    receipts: {
      postpone: async (receiptHandle, seconds) => {
        if (postponing) throw postponing;
        postponed.push([receiptHandle, seconds]);
      },
    },
    pause: async () => {},
    maxReceiveCount: 8,
    telemetry: recorded.telemetry,
    now: () => now,
  });
  const run = async (messages: readonly Message[], context?: unknown) => {
    const { batchItemFailures } = await handle({ Records: messages.map(record) }, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, handle, posts, postponed, recorded };
}

describe("a message that is not done", () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 8],
    [6, 8],
    [7, 8],
  ])("at its receive %i comes back after %i s", async (receives, seconds) => {
    const { run, postponed } = worker({ posting: { ada: "unavailable" } });
    expect(await run([{ id: "1", receives }])).toEqual(["1"]);
    expect(postponed).toEqual([["receipt-1", seconds]]);
  });

  test("comes back by the queue's own timeout when it cannot be postponed", async () => {
    const { run } = worker({ posting: { ada: "unavailable" }, postponing: unavailable });
    expect(await run([{ id: "1" }])).toEqual(["1"]);
  });

  test.each<[string, World, string]>([
    ["finding its member", { directory: unavailable }, "dynamodb_unavailable"],
    ["posting", { posting: { ada: new Error("denied") } }, "internal"],
  ])("because of a fault of %s is tried again", async (_, world, code) => {
    const { run, recorded } = worker(world);
    expect(await run([{ id: "1" }])).toEqual(["1"]);
    expect(recorded.lines()).toMatchObject([{ level: "ERROR", outcome: "failed", code }]);
  });
});

test.each(["", "{", "[]", '{"v":1}', JSON.stringify({ v: 2, kind: "waiting", extra: "x" })])(
  "a message that cannot be read (%s) goes to the dead letters, and stops nobody",
  async (body) => {
    const { run, posts, postponed, recorded } = worker();
    expect(await run([{ id: "1", body }, { id: "2" }])).toEqual(["1"]);
    expect(posts).toEqual(["ada: report-2"]);
    expect(postponed).toEqual([["receipt-1", 0]]);
    expect(recorded.lines()).toMatchObject([
      { level: "ERROR", outcome: "failed", code: "message_malformed" },
      { outcome: "served", kind: "report" },
    ]);
  },
);

test("a message of a later release comes back, and what is behind it of the same member waits for it", async () => {
  const { run, posts, postponed, recorded } = worker();
  const newer = JSON.stringify({ v: 3, kind: "greeting" });
  expect(await run([{ id: "1", body: newer, receives: 2 }, { id: "2" }])).toEqual(["1", "2"]);
  expect(posts).toEqual([]);
  expect(postponed).toEqual([
    ["receipt-1", 2],
    ["receipt-2", 2],
  ]);
  expect(recorded.lines()).toMatchObject([
    { outcome: "retried", code: "message_newer" },
    { outcome: "retried", code: "group_blocked" },
  ]);
});

describe("a batch", () => {
  test("keeps a member's order: the first that is not done stops those behind it, for the same time", async () => {
    const { run, posts, postponed, recorded } = worker({ posting: { bob: "unavailable" } });
    const failed = await run([
      { id: "1", name: "bob", receives: 3 },
      { id: "2", name: "ada" },
      { id: "3", name: "bob" },
      { id: "4", name: "ada" },
    ]);
    expect(failed.toSorted()).toEqual(["1", "3"]);
    expect(posts).toEqual(["ada: report-2", "ada: report-4"]);
    expect(postponed).toEqual([
      ["receipt-1", 4],
      ["receipt-3", 4],
    ]);
    expect(recorded.lines().filter(({ code }) => code === "group_blocked")).toHaveLength(1);
  });

  test("tries what would be a dead letter next, though one before it is not done", async () => {
    const { run, recorded } = worker({ posting: { bob: "unavailable" } });
    const messages = [
      { id: "1", name: "bob", receives: 8 },
      { id: "2", name: "bob", receives: 8 },
      { id: "3", name: "bob", receives: 7 },
    ];
    expect(await run(messages)).toEqual(["1", "2", "3"]);
    expect(recorded.lines().map(({ code }) => code)).toEqual(["unavailable", "unavailable", "group_blocked"]);
  });

  test("begins nothing more when the function's time is nearly over", async () => {
    const { run, posts, recorded } = worker();
    const context = (left: number) => ({ awsRequestId: "id", getRemainingTimeInMillis: () => left });
    expect(await run([{ id: "1" }], context(5_999))).toEqual(["1"]);
    expect(posts).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "retried", code: "no_time" }]);
    expect(await run([{ id: "2" }], context(6_000))).toEqual([]);
  });

  test("that is none is a fault", async () => {
    await expect(worker().handle({ Records: [{}] })).rejects.toMatchObject({ code: "event_malformed" });
  });

  test("of any messages never overtakes, repeats or misdirects one, and returns what is not done", async () => {
    const names = ["ada", "bob", "eve"] as const;
    const message = fc.record({ name: fc.constantFrom(...names), readable: fc.boolean() });
    const outcome = fc.constantFrom<Posted>("delivered", "unavailable", "unknown");
    const posting = fc.record({ ada: outcome, bob: outcome, eve: outcome });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 10 }), posting, async (messages, outcomes) => {
        const { run, posts } = worker({ posting: outcomes });
        const sent = messages.map((one, index) => ({ ...one, id: String(index) }));
        const failed = await run(
          sent.map(({ id, name, readable }) => ({ id, name, ...(!readable && { body: "x" }) })),
        );
        for (const name of names) {
          const works = outcomes[name] === "delivered";
          const readable = sent.filter((one) => one.name === name && one.readable);
          expect(posts.filter((post) => post.startsWith(name))).toEqual(
            works ? readable.map(({ id }) => `${name}: report-${id}`) : [],
          );
          for (const { id } of readable) expect(failed.includes(id)).toBe(!works);
        }
        for (const { id, readable } of sent) if (!readable) expect(failed).toContain(id);
        expect(new Set(failed).size).toBe(failed.length);
      }),
    );
  });
});
