import { describe, expect, test } from "@jest/globals";
import type { Posted } from "../../../functions/signaling/connections.ts";
import type { DueKeepalive } from "../../../functions/signaling/keepalives.ts";
import { sweep } from "../../../functions/signaling/sweep.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";

const due = (name: string): DueKeepalive => ({
  member: { channel: "acme#lobby", name },
  connectionId: `c-${name}`,
});

interface World {
  /** Shard → its pages; a page may be an error. */
  readonly shards?: Readonly<Record<number, readonly (readonly DueKeepalive[] | Error)[]>>;
  readonly posting?: Readonly<Record<string, Posted | Error>>;
  readonly remaining?: () => number;
  readonly now?: number;
}

async function swept({
  shards = {},
  posting = {},
  remaining = () => 50_000,
  now = 1_800_000_000_999,
}: World) {
  const asked: [number, number][] = [];
  const posts: [string, string][] = [];
  const renewed: [string, number][] = [];
  const removed: [string, string][] = [];
  let busy = 0;
  let busiest = 0;
  const recorded = recordedTelemetry("sweep");
  const handle = sweep({
    keepalives: {
      async *due(shard, now) {
        asked.push([shard, now]);
        for (const page of shards[shard] ?? []) {
          if (page instanceof Error) throw page;
          yield page;
        }
      },
      renew: async ({ connectionId }, nextAt) => void renewed.push([connectionId, nextAt]),
    },
    removal: {
      remove: async ({ name }, connectionId) => {
        removed.push([name, connectionId]);
        return "removed";
      },
    },
    connections: {
      post: async (connectionId, frame) => {
        busy += 1;
        busiest = Math.max(busiest, busy);
        await new Promise((resolve) => setImmediate(resolve));
        busy -= 1;
        const outcome = posting[connectionId] ?? "delivered";
        if (outcome instanceof Error) throw outcome;
        posts.push([connectionId, frame]);
        return outcome;
      },
    },
    telemetry: recorded.telemetry,
    now: () => now,
  });
  const context = { awsRequestId: "c6af9ac6-7b61", getRemainingTimeInMillis: remaining };
  const result = await handle({}, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { asked, posts, renewed, removed, busiest: () => busiest, lines: recorded.lines(), result };
}

describe("a sweep", () => {
  test("asks all eight shards for what is due now", async () => {
    const { asked, lines } = await swept({});
    expect(asked.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((shard) => [shard, 1_800_000_000]));
    expect(lines).toMatchObject([{ event: "sweep", outcome: "swept", requestId: "c6af9ac6-7b61", kept: 0 }]);
  });

  test("starts with another shard each minute, and with none when there is no time", async () => {
    const { asked } = await swept({ now: 1_800_000_060_000 });
    expect(asked.map(([shard]) => shard)).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
    expect((await swept({ remaining: () => 6_999 })).asked).toEqual([]);
  });

  test("sends each due connection a frame that KVS clients ignore, and sets its next time", async () => {
    const { posts, renewed, lines } = await swept({ shards: { 2: [[due("ada")], [due("bob")]] } });
    expect(posts).toEqual([
      ["c-ada", '{"messageType":"KEEPALIVE"}'],
      ["c-bob", '{"messageType":"KEEPALIVE"}'],
    ]);
    expect(renewed).toEqual([
      ["c-ada", 1_800_000_510],
      ["c-bob", 1_800_000_510],
    ]);
    expect(lines).toMatchObject([{ kept: 2, gone: 0, unreachable: 0, postponed: 0 }]);
  });

  test("removes a connection that is gone", async () => {
    const { removed, renewed, lines } = await swept({
      shards: { 0: [[due("ada")]] },
      posting: { "c-ada": "gone" },
    });
    expect(removed).toEqual([["ada", "c-ada"]]);
    expect(renewed).toEqual([]);
    expect(lines).toMatchObject([{ kept: 0, gone: 1 }]);
  });

  test("goes on past peers that fail, and leaves them for the next minute", async () => {
    const { renewed, removed, lines, result } = await swept({
      shards: { 0: [[due("ada"), due("bob"), due("eve")]] },
      posting: { "c-ada": "unavailable", "c-bob": new TypeError("bad") },
    });
    expect(renewed).toEqual([["c-eve", 1_800_000_510]]);
    expect(removed).toEqual([]);
    expect(result).toBeUndefined();
    expect(lines).toMatchObject([{ outcome: "failed", errorName: "TypeError", kept: 1, unreachable: 2 }]);
  });

  test("sweeps the other shards when one cannot be read, then throws", async () => {
    const { renewed, result, lines } = await swept({
      shards: { 0: [new RangeError("down")], 7: [[due("ada")]] },
    });
    expect(renewed).toEqual([["c-ada", 1_800_000_510]]);
    expect(result).toBeInstanceOf(RangeError);
    expect(lines).toMatchObject([{ outcome: "failed", kept: 1 }]);
  });

  test("posts to at most sixteen connections at once", async () => {
    const many = Array.from({ length: 40 }, (_, number) => due(`p${number}`));
    const { busiest, renewed } = await swept({ shards: { 0: [many], 1: [many] } });
    expect(busiest()).toBe(16);
    expect(renewed).toHaveLength(80);
  });

  test("stops before the function's time is over, and says so", async () => {
    let left = 9_000;
    const { renewed, lines } = await swept({
      shards: { 0: [[due("ada"), due("bob")], [due("eve")]] },
      remaining: () => {
        left -= 700;
        return left;
      },
    });
    expect(renewed.map(([connectionId]) => connectionId)).toEqual(["c-ada"]);
    expect(lines).toMatchObject([{ outcome: "swept", code: "deadline_reached", kept: 1, postponed: 1 }]);
  });
});
