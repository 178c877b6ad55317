import { describe, expect, test } from "@jest/globals";
import { due, now, swept } from "./sweep-world.ts";

describe("a sweep", () => {
  test("asks all four shards for what is due now", async () => {
    const { asked, lines } = await swept();
    expect(asked.toSorted()).toEqual([0, 1, 2, 3].map((shard) => [shard, 1_800_000_000]));
    expect(lines).toMatchObject([
      {
        ...{ event: "sweep", outcome: "swept", requestId: "c6af9ac6-7b61" },
        ...{ kept: 0, gone: 0, timedOut: 0, unreachable: 0, postponed: 0, overdue: 0 },
      },
    ]);
    expect(lines[0]).not.toHaveProperty("dropped");
  });

  test("starts with another shard each minute, and with none when there is no time", async () => {
    const { asked } = await swept({ now: 1_800_000_060_000 });
    expect(asked.map(([shard]) => shard)).toEqual([1, 2, 3, 0]);
    expect((await swept({ remaining: () => 11_999 })).asked).toEqual([]);
  });

  test("removes what has expired of another sixtieth of the proofs each minute, last of all", async () => {
    const { tidied, lines } = await swept();
    expect(tidied).toEqual([[0, 1_800_000_000]]);
    expect(lines).toMatchObject([{ outcome: "swept", proofs: 3 }]);
    expect((await swept({ now: 1_800_003_540_000 })).tidied).toEqual([[59, 1_800_003_540]]);
    expect((await swept({ now: 1_800_003_600_000 })).tidied).toEqual([[0, 1_800_003_600]]);
    expect((await swept({ remaining: () => 11_999 })).tidied).toEqual([]);
    const failing = await swept({
      shards: { 3: [[due("ada")]] },
      failing: { proofs: new RangeError("down") },
    });
    expect(failing.renewed).toEqual([["c-ada", 1_800_000_510]]);
    expect(failing.result).toBeInstanceOf(RangeError);
    expect(failing.lines).toMatchObject([{ outcome: "failed", kept: 1, proofs: 0 }]);
  });

  test("sends each due connection a frame that KVS clients ignore, and sets its next time", async () => {
    const { posts, renewed, sent, lines } = await swept({ shards: { 2: [[due("ada")], [due("bob")]] } });
    expect(posts).toEqual([
      ["c-ada", '{"messageType":"KEEPALIVE"}'],
      ["c-bob", '{"messageType":"KEEPALIVE"}'],
    ]);
    expect(renewed).toEqual([
      ["c-ada", 1_800_000_510],
      ["c-bob", 1_800_000_510],
    ]);
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ kept: 2, gone: 0, unreachable: 0, postponed: 0 }]);
  });

  test("goes on past peers that fail, and leaves them for the next minute", async () => {
    const { renewed, removed, lines, result } = await swept({
      shards: { 0: [[due("ada"), due("bob"), due("eve"), due("kim"), due("lee")]] },
      posting: {
        ...{ "c-ada": "unavailable", "c-bob": new TypeError("bad") },
        ...{ "c-kim": "unknown", "c-lee": "refused" },
      },
    });
    expect(renewed).toEqual([["c-eve", 1_800_000_510]]);
    expect(removed).toEqual([]);
    expect(result).toBeUndefined();
    expect(lines).toMatchObject([{ outcome: "failed", errorName: "TypeError", kept: 1, unreachable: 4 }]);
  });

  test("sweeps the other shards when one cannot be read, then throws", async () => {
    const { renewed, result, lines } = await swept({
      shards: { 0: [new RangeError("down")], 3: [[due("ada")]] },
    });
    expect(renewed).toEqual([["c-ada", 1_800_000_510]]);
    expect(result).toBeInstanceOf(RangeError);
    expect(lines).toMatchObject([{ outcome: "failed", kept: 1 }]);
  });

  test("sends keepalives when the pairs cannot be read, and looks for pairs when the peers cannot", async () => {
    const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
    const withoutPairs = await swept({
      shards: { 0: [[due("ada")]] },
      pairs: { 0: [new RangeError("down")] },
    });
    expect(withoutPairs.renewed).toHaveLength(1);
    expect(withoutPairs.result).toBeInstanceOf(RangeError);
    const withoutPeers = await swept({ shards: { 0: [new RangeError("down")] }, pairs: { 0: [[pair]] } });
    expect(withoutPeers.sent).toHaveLength(1);
    expect(withoutPeers.result).toBeInstanceOf(RangeError);
  });

  test("posts to at most sixteen connections at once", async () => {
    const many = Array.from({ length: 40 }, (_, number) => due(`p${number}`));
    const { busiest, renewed } = await swept({ shards: { 0: [many], 1: [many] } });
    expect(busiest()).toBe(16);
    expect(renewed).toHaveLength(80);
  });

  test("stops before the function's time is over, and says so", async () => {
    let left = 14_000;
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

describe("a connection of who pays", () => {
  const paying = (name: string) => due(name, 9, { user: `acme#${name}` });

  test("is kept while there is access, and revoked by those who know all sockets when there is none", async () => {
    const { posts, renewed, revoked, lines } = await swept({
      shards: { 0: [[paying("ada"), paying("bob"), due("eve")]] },
      ended: ["acme#bob", "acme#eve"],
    });
    expect(posts).toHaveLength(3);
    expect(renewed.map(([connectionId]) => connectionId)).toEqual(["c-ada", "c-eve"]);
    expect(revoked).toEqual([[{ user: "acme#bob", version: 0, cause: "sweep" }, "sweep 30000000"]]);
    expect(lines).toMatchObject([{ kept: 2, revoked: 1 }]);
  });

  test("gets its keepalive also while access cannot be read, and is looked at again next minute", async () => {
    const { posts, renewed, revoked, lines } = await swept({
      shards: { 0: [[paying("ada")]] },
      ended: new RangeError("down"),
    });
    expect([posts.length, renewed, revoked]).toEqual([1, [], []]);
    expect(lines).toMatchObject([{ outcome: "failed", errorName: "RangeError", unreachable: 1 }]);
  });

  test("is a connection like any other where nothing is sold any more", async () => {
    const { renewed } = await swept({ shards: { 0: [[paying("ada")]] } });
    expect(renewed).toHaveLength(1);
  });
});

describe("a connection that is no more", () => {
  const departure = {
    v: 2,
    kind: "departure",
    channel: "acme#lobby",
    name: "ada",
    role: "VIEWER",
    connectedAt: now - 540_000,
  };

  test("removes a connection that is gone", async () => {
    const { removed, renewed, lines } = await swept({
      shards: { 0: [[due("ada")]] },
      posting: { "c-ada": "gone" },
    });
    expect(removed).toEqual([["ada", "c-ada"]]);
    expect(renewed).toEqual([]);
    expect(lines).toMatchObject([{ kept: 0, gone: 1 }]);
  });

  test("has the worker tell others before its row is removed", async () => {
    const { sent, order } = await swept({ shards: { 0: [[due("ada")]] }, posting: { "c-ada": "gone" } });
    expect(sent).toEqual([[{ ...departure, cause: "gone" }, "c-ada"]]);
    expect(order).toEqual(["send", "remove"]);
  });

  test("keeps its row when the worker cannot be told, so that the next sweep tells it", async () => {
    const { removed, lines } = await swept({
      shards: { 0: [[due("ada")]] },
      posting: { "c-ada": "gone" },
      failing: { send: new RangeError("down") },
    });
    expect(removed).toEqual([]);
    expect(lines).toMatchObject([{ outcome: "failed", errorName: "RangeError", gone: 0, unreachable: 1 }]);
  });

  test("is not gone within ten seconds of connecting, when its handshake may go on", async () => {
    const posting = { "c-ada": "gone" } as const;
    const young = due("ada", 0, { connectedAt: now - 9_999 });
    const opening = await swept({ shards: { 0: [[young]] }, posting });
    expect([opening.removed, opening.sent]).toEqual([[], []]);
    expect(opening.lines).toMatchObject([{ gone: 0, unreachable: 1 }]);
    const old = due("ada", 0, { connectedAt: now - 10_000 });
    expect((await swept({ shards: { 0: [[old]] }, posting })).removed).toEqual([["ada", "c-ada"]]);
  });

  test("cleans up a connection whose row outlived its two hours, without posting to it", async () => {
    const late = due("ada", 130);
    const { posts, removed, sent, lines } = await swept({ shards: { 0: [[late]] } });
    expect(posts).toEqual([]);
    expect(sent).toEqual([[{ ...departure, connectedAt: now - 130 * 60_000, cause: "timed_out" }, "c-ada"]]);
    expect(removed).toEqual([["ada", "c-ada"]]);
    expect(lines).toMatchObject([{ gone: 0, timedOut: 1 }]);
  });

  test("has not outlived them a moment before", async () => {
    const { removed, posts } = await swept({
      shards: { 0: [[due("ada", 0, { connectedAt: now - 130 * 60_000 + 1 })]] },
    });
    expect([removed, posts.length]).toEqual([[], 1]);
  });
});

describe("a connection near its two hours", () => {
  const goAway = (closesAt: number) => JSON.stringify({ messageType: "GO_AWAY", closesAt });

  test("is told to go away from 105 minutes on, and when it will be closed", async () => {
    const announced = { announced: true };
    const { posts, renewed, lines } = await swept({
      shards: { 0: [[due("ada", 105, announced), due("bob", 119, announced)]] },
    });
    expect(posts).toEqual([
      ["c-ada", goAway(now + 15 * 60_000)],
      ["c-bob", goAway(now + 60_000)],
    ]);
    expect(renewed).toHaveLength(2);
    expect(lines).toMatchObject([{ kept: 2 }]);
  });

  test("gets a keepalive when it did not announce itself, or is younger", async () => {
    const young = due("bob", 0, { announced: true, connectedAt: now - 105 * 60_000 + 1 });
    const { posts } = await swept({ shards: { 0: [[due("ada", 119), young]] } });
    expect(posts.map(([, frame]) => frame)).toEqual([
      '{"messageType":"KEEPALIVE"}',
      '{"messageType":"KEEPALIVE"}',
    ]);
  });
});

describe("frames that have waited too long", () => {
  const pair = (sender: string) => ({ recipient: "acme#lobby#MASTER", sender });

  test("waken the worker, once a minute for each pair", async () => {
    const { sent, lines } = await swept({ pairs: { 3: [[pair("ada")], [pair("bob")]] } });
    const waiting = { v: 2, kind: "waiting", channel: "acme#lobby", name: "MASTER" };
    expect(sent).toEqual([
      [{ ...waiting, sender: "ada" }, "overdue ada 30000000"],
      [{ ...waiting, sender: "bob" }, "overdue bob 30000000"],
    ]);
    expect(lines).toMatchObject([{ overdue: 2, kept: 0 }]);
    const later = await swept({ pairs: { 3: [[pair("ada")]] }, now: now + 60_000 });
    expect(later.sent.map(([, id]) => id)).toEqual(["overdue ada 30000001"]);
  });

  test("are left for the next minute when the queue fails", async () => {
    const { lines, result } = await swept({
      pairs: { 3: [[pair("ada")]] },
      failing: { send: new RangeError("down") },
    });
    expect(result).toBeUndefined();
    expect(lines).toMatchObject([{ outcome: "failed", overdue: 0, unreachable: 1 }]);
  });
});
