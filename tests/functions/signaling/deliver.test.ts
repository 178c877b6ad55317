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
  readonly recipient?: string;
  readonly body?: string;
  readonly receives?: number;
  readonly expiresAt?: number;
}

const record = ({ id, recipient = "ada", body, receives = 1, expiresAt = now + 1 }: Message) => ({
  messageId: id,
  receiptHandle: `receipt-${id}`,
  body:
    body ??
    JSON.stringify({
      v: 1,
      tenant: "acme",
      channel: "lobby",
      recipient,
      frame: `frame-${id}`,
      frameId: "DBAEJYvZvHcCJ3w=",
      action: "SDP_OFFER",
      correlationId: "c-1",
      acceptedAt: now - 1_500,
      expiresAt,
    }),
  attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: recipient, SentTimestamp: "1" },
});

interface World {
  /** Of a recipient; default: connected, and frames are delivered. */
  readonly posting?: Readonly<Record<string, Posted | Error>>;
  readonly absent?: readonly string[];
  readonly directory?: Error;
  readonly postponing?: Error;
}

function worker({ posting = {}, absent = [], directory, postponing }: World = {}) {
  const posts: string[] = [];
  const postponed: [string, number][] = [];
  const recorded = recordedTelemetry("deliver");
  const handle = deliver({
    peers: {
      find: async ({ name }) => {
        if (directory) throw directory;
        return absent.includes(name) ? undefined : name;
      },
    },
    connections: {
      post: async (connectionId, frame) => {
        const outcome = posting[connectionId] ?? "delivered";
        if (outcome instanceof Error) throw outcome;
        if (outcome === "delivered") posts.push(`${connectionId}: ${frame}`);
        return outcome;
      },
    },
    pairs: memoryPairs().pairs,
    receipts: {
      postpone: async (receiptHandle, seconds) => {
        if (postponing) throw postponing;
        postponed.push([receiptHandle, seconds]);
      },
    },
    telemetry: recorded.telemetry,
    now: () => now,
  });
  const run = async (messages: readonly Message[], context?: unknown) => {
    const { batchItemFailures } = await handle({ Records: messages.map(record) }, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, handle, posts, postponed, recorded };
}

describe("a queued frame", () => {
  test("is delivered to its recipient, and the line tells how long it waited", async () => {
    const { run, posts, postponed, recorded } = worker();
    expect(await run([{ id: "1" }])).toEqual([]);
    expect(posts).toEqual(["ada: frame-1"]);
    expect(postponed).toEqual([]);
    expect(recorded.lines()).toMatchObject([
      { event: "delivery", outcome: "delivered", ageMs: 1500, receiveCount: 1, QueuedDelivery: 1500 },
    ]);
    expect(recorded.text()).not.toContain("frame-1");
  });

  test("past its time is done, and reported as expired", async () => {
    const { run, posts, recorded } = worker();
    expect(await run([{ id: "1", expiresAt: now }])).toEqual([]);
    expect(posts).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ level: "WARN", outcome: "expired", code: "expired" }]);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
    [6, 32],
    [7, 32],
  ])("that cannot be delivered at its receive %i comes back after %i s", async (receives, seconds) => {
    const { run, postponed } = worker({ absent: ["ada"] });
    expect(await run([{ id: "1", receives }])).toEqual(["1"]);
    expect(postponed).toEqual([["receipt-1", seconds]]);
  });

  test.each<[string, World]>([
    ["absent", { absent: ["ada"] }],
    ["gone", { posting: { ada: "gone" } }],
    ["unavailable", { posting: { ada: "unavailable" } }],
  ])("to a recipient that is %s is tried again", async (code, world) => {
    const { run, recorded } = worker(world);
    expect(await run([{ id: "1" }])).toEqual(["1"]);
    expect(recorded.lines()).toMatchObject([{ outcome: "retried", code }]);
  });

  test.each<[string, World, string]>([
    ["finding its recipient", { directory: unavailable }, "dynamodb_unavailable"],
    ["posting it", { posting: { ada: new Error("denied") } }, "internal"],
  ])("is tried again after a fault of %s", async (_, world, code) => {
    const { run, recorded } = worker(world);
    expect(await run([{ id: "1" }])).toEqual(["1"]);
    expect(recorded.lines()).toMatchObject([{ outcome: "failed", code }]);
  });

  test("comes back by the queue's own timeout when it cannot be postponed", async () => {
    const { run } = worker({ absent: ["ada"], postponing: unavailable });
    expect(await run([{ id: "1" }])).toEqual(["1"]);
  });

  test.each(["", "{", "[]", '{"v":2}', JSON.stringify({ v: 1, extra: "x" })])(
    "that cannot be read (%s) goes to the dead letters, and stops nobody",
    async (body) => {
      const { run, posts, postponed, recorded } = worker();
      expect(await run([{ id: "1", body }, { id: "2" }])).toEqual(["1"]);
      expect(posts).toEqual(["ada: frame-2"]);
      expect(postponed).toEqual([["receipt-1", 0]]);
      expect(recorded.lines()).toMatchObject([
        { level: "ERROR", outcome: "failed", code: "message_malformed" },
        { outcome: "delivered" },
      ]);
    },
  );
});

describe("a batch", () => {
  test("keeps the order of a recipient: the first failure stops those behind it, for the same time", async () => {
    const { run, posts, postponed, recorded } = worker({ absent: ["bob"] });
    const failed = await run([
      { id: "1", recipient: "bob", receives: 3 },
      { id: "2", recipient: "ada" },
      { id: "3", recipient: "bob" },
      { id: "4", recipient: "ada" },
    ]);
    expect(failed.toSorted()).toEqual(["1", "3"]);
    expect(posts).toEqual(["ada: frame-2", "ada: frame-4"]);
    expect(postponed).toEqual([
      ["receipt-1", 4],
      ["receipt-3", 4],
    ]);
    expect(recorded.lines().filter(({ code }) => code === "group_blocked")).toHaveLength(1);
  });

  test("starts nothing more when the function's time is nearly over", async () => {
    const { run, posts, recorded } = worker();
    const context = { awsRequestId: "id", getRemainingTimeInMillis: () => 8_499 };
    expect(await run([{ id: "1" }], context)).toEqual(["1"]);
    expect(posts).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "retried", code: "no_time" }]);
  });

  test("that is none is a fault", async () => {
    await expect(worker().handle({ Records: [{}] })).rejects.toMatchObject({ code: "event_malformed" });
  });

  test("of any frames never overtakes, repeats or misdirects one, and returns what it did not deliver", async () => {
    const recipients = ["ada", "bob", "eve"];
    const message = fc.record({
      recipient: fc.constantFrom(...recipients),
      expired: fc.boolean(),
      readable: fc.boolean(),
    });
    const outcome = fc.constantFrom<Posted>("delivered", "gone", "unavailable");
    const posting = fc.record({ ada: outcome, bob: outcome, eve: outcome });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 10 }), posting, async (messages, outcomes) => {
        const { run, posts } = worker({ posting: outcomes });
        const batch = messages.map(({ recipient, expired, readable }, index) => ({
          id: String(index),
          recipient,
          ...(expired && { expiresAt: now - 1 }),
          ...(!readable && { body: "x" }),
        }));
        const failed = await run(batch);
        const live = messages.map((one, index) => ({ ...one, id: String(index) }));
        for (const recipient of recipients) {
          const works = outcomes[recipient as keyof typeof outcomes] === "delivered";
          const deliverable = live.filter(
            (one) => one.recipient === recipient && one.readable && !one.expired,
          );
          expect(posts.filter((post) => post.startsWith(recipient))).toEqual(
            works ? deliverable.map(({ id }) => `${recipient}: frame-${id}`) : [],
          );
          for (const { id } of deliverable) expect(failed.includes(id)).toBe(!works);
        }
        for (const { id, readable } of live) if (!readable) expect(failed).toContain(id);
        expect(new Set(failed).size).toBe(failed.length);
      }),
    );
  });
});
