import { describe, expect, test } from "@jest/globals";
import type { Posted } from "../../../functions/signaling/connections.ts";
import { drain, lease, postFrame } from "../../../functions/signaling/drain.ts";
import type { PairRow } from "../../../functions/signaling/pair-row.ts";
import { newPair, type PairState, takeLease } from "../../../functions/signaling/pair-state.ts";
import type { Pairs, Written } from "../../../functions/signaling/pairs.ts";
import type { WaitingFrame } from "../../../functions/signaling/waiting-frame.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { answerThatWaits, candidateThatWaits, now, offerThatWaits, order } from "./waiting-frames.ts";

const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
const open: PairState = {
  ...newPair,
  ...{ order: order("o1", now - 10), sentAt: now - 10, ufrags: ["aaaa"], gate: "open" },
};
const written = ({ kind, row }: Written): PairRow => {
  if (kind === "changed") throw new Error("the row was changed");
  return row;
};

/** A leased row with these frames in it, and posts that come to what is given, in turn. */
async function leased(waiting: readonly WaitingFrame[], posting: Posted[] = [], state = open) {
  const memory = memoryPairs();
  const posts: string[] = [];
  const world = {
    now,
    posts,
    memory,
    onPost: async () => {},
    onWrite: async () => {},
  };
  const pairs: Pairs = {
    ...memory.pairs,
    write: async (...values) => {
      await world.onWrite();
      return memory.pairs.write(...values);
    },
  };
  const before = await memory.pairs.read(pair);
  const change = { state: takeLease(state, "me", now), waiting };
  const row = written(await memory.pairs.write(pair, before, change, now));
  const ports = {
    pairs,
    connections: {
      post: async (_: string, frame: string) => {
        await world.onPost();
        posts.push(frame);
        return posting.shift() ?? "delivered";
      },
    },
    now: () => world.now,
  };
  return Object.assign(world, { row, ports, options: { row, holder: "me", reached } });
}

const frame = (frameId: string, told: object = {}) => ({
  ...candidateThatWaits(frameId, told),
  frame: frameId,
});

describe("the holder of a lease", () => {
  test("posts what may go, in order, writes what became of it, and ends the lease", async () => {
    const late = frame("c2", { sentAt: now + 1 });
    const { ports, options, posts, memory } = await leased([
      late,
      frame("c1"),
      frame("x", { ufrags: ["zzzz"] }),
    ]);
    const { settled, obstacle } = await drain(ports, pair, options);
    expect(posts).toEqual(["c1", "c2"]);
    expect(settled.map((one) => [one.frame.frameId, one.fate])).toEqual([
      ["c1", "delivered"],
      ["c2", "delivered"],
    ]);
    expect(obstacle).toBeUndefined();
    expect(memory.rowOf(pair)).toMatchObject({ waiting: [{ frameId: "x" }], state: { gate: "open" } });
    expect(memory.rowOf(pair).state.lease).toBeUndefined();
  });

  test("goes on with what comes while it posts, each once", async () => {
    const world = await leased([frame("c0")]);
    let number = 0;
    world.onPost = async () => {
      number += 1;
      if (number <= 40)
        await world.memory.pairs.append(pair, world.memory.rowOf(pair), frame(`c${number}`), now);
    };
    await drain(world.ports, pair, world.options);
    expect(world.posts.toSorted()).toEqual(Array.from({ length: 41 }, (_, index) => `c${index}`).sort());
    expect(world.memory.rowOf(pair).waiting).toEqual([]);
  });

  test("is not outlasted by frames that come before each of its writes", async () => {
    const world = await leased([frame("c0")]);
    let number = 0;
    world.onWrite = async () => {
      number += 1;
      if (number <= 60)
        await world.memory.pairs.append(pair, world.memory.rowOf(pair), frame(`c${number}`), now);
    };
    const { settled, obstacle } = await drain(world.ports, pair, world.options);
    expect([settled.length, world.posts.length, obstacle]).toEqual([61, 61, undefined]);
    expect(new Set(world.posts).size).toBe(61);
  });

  test.each([
    ["unavailable", "unavailable"],
    ["gone", "gone"],
    ["unknown", "unavailable"],
  ] as const)(
    "leaves a candidate that is %s, and stops before an SDP behind it",
    async (posted, obstacle) => {
      const offer = { ...offerThatWaits("o2", { sentAt: now + 5 }), frame: "o2" };
      const state: PairState = { ...open, latest: { SDP_OFFER: order("o2", now + 5) } };
      const world = await leased([frame("c1"), frame("c2"), offer], [posted], state);
      const drained = await drain(world.ports, pair, world.options);
      expect(drained).toMatchObject({ settled: [{ frame: { frameId: "c2" } }], obstacle });
      // Those beside it have no order with it.
      expect(world.posts).toEqual(["c1", "c2"]);
      expect(world.memory.rowOf(pair).waiting).toMatchObject([{ frameId: "c1" }, { frameId: "o2" }]);
      expect(world.memory.rowOf(pair).state.lease).toBeUndefined();
    },
  );

  test("posts at most 16 at once", async () => {
    const frames = Array.from({ length: 40 }, (_, number) => frame(`c${number}`));
    const world = await leased(frames);
    let [inFlight, most] = [0, 0];
    world.onPost = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
    };
    await drain(world.ports, pair, world.options);
    expect([world.posts.length, most]).toEqual([40, 16]);
  });

  test("opens the gate before it passes on what waited for the SDP that its invocation has posted", async () => {
    const offer = { ...offerThatWaits("o1"), ufrags: ["aaaa"], sentAt: now };
    const mine = order("o1", now);
    const closed: PairState = {
      ...newPair,
      ...{ order: mine, sentAt: now, ufrags: ["aaaa"], latest: { SDP_OFFER: mine } },
    };
    const world = await leased([frame("c1", { sentAt: now + 1 })], [], closed);
    const gates: string[] = [];
    world.onPost = async () => {
      gates.push(world.memory.rowOf(pair).state.gate);
    };
    const before = [{ frame: offer, fate: "delivered" as const, reached }];
    const { row } = await drain(world.ports, pair, { ...world.options, before });
    expect([gates, world.posts, row.waiting]).toEqual([["open"], ["c1"], []]);
  });

  test("writes once when nothing waits, and once more for all that came while its SDP was posted", async () => {
    const offer = { ...offerThatWaits("o1"), ufrags: ["aaaa"], sentAt: now };
    const mine = order("o1", now);
    const closed: PairState = {
      ...newPair,
      ...{ order: mine, sentAt: now, ufrags: ["aaaa"], latest: { SDP_OFFER: mine } },
    };
    for (const [candidates, writes] of [
      [[], 1],
      [["c1", "c2", "c3"], 2],
    ] as const) {
      const world = await leased([], [], closed);
      // They come when the row of the lease was read already.
      for (const name of candidates) {
        await world.memory.pairs.append(
          pair,
          world.memory.rowOf(pair),
          frame(name, { sentAt: now + 1 }),
          now,
        );
      }
      let written = 0;
      world.onWrite = async () => {
        written += 1;
      };
      const before = [{ frame: offer, fate: "delivered" as const, reached }];
      const { row } = await drain(world.ports, pair, { ...world.options, before });
      expect([written, world.posts]).toEqual([writes, candidates]);
      expect(row).toMatchObject({ waiting: [], state: { gate: "open" } });
      expect(world.memory.rowOf(pair).state.lease).toBeUndefined();
    }
  });

  test("goes on behind a frame that API Gateway refuses", async () => {
    const { ports, options, posts } = await leased([frame("c1"), frame("c2")], ["refused"]);
    const { settled } = await drain(ports, pair, options);
    expect(settled.map(({ fate }) => fate)).toEqual(["undeliverable", "delivered"]);
    expect(posts).toEqual(["c1", "c2"]);
  });

  test("gives up at the last try what has had its tries, and not what has just come", async () => {
    const old = frame("c1", { sentAt: now - 30_000 });
    const young = frame("c2", { sentAt: now - 29_999 });
    const state = { ...open, sentAt: now - 40_000, order: order("o1", now - 40_000) };
    const { ports, options } = await leased([old, young], ["unavailable", "unavailable"], state);
    const drained = await drain(ports, pair, { ...options, lastTry: true });
    expect(drained.settled.map((one) => [one.frame.frameId, one.fate])).toEqual([["c1", "undeliverable"]]);
    expect(drained.obstacle).toBe("unavailable");
  });

  test("begins no post when time is short, but writes what is done", async () => {
    const numbered = (seq: number) =>
      frame(`c${seq}`, { sentAt: now + seq, sequence: { of: "tab", since: 0, seq } });
    const { ports, options, posts, memory } = await leased([numbered(1), numbered(2)]);
    const drained = await drain(ports, pair, { ...options, mayGoOn: () => posts.length < 1 });
    expect(drained).toMatchObject({ settled: [{ fate: "delivered" }], obstacle: "no_time" });
    expect(memory.rowOf(pair).waiting).toMatchObject([{ frameId: "c2" }]);
  });

  test("without a connection posts nothing, and ends what is over", async () => {
    const over = frame("c2", { expiresAt: now });
    const { ports, options, posts } = await leased([frame("c1"), over]);
    const drained = await drain(ports, pair, { ...options, reached: undefined });
    expect(posts).toEqual([]);
    expect(drained.settled.map(({ fate }) => fate)).toEqual(["expired"]);
  });

  test("posts nothing more once its lease is another's, and still tells what it did", async () => {
    const world = await leased([frame("c1")]);
    let lost = false;
    world.onWrite = async () => {
      if (lost) return;
      lost = true;
      const row = world.memory.rowOf(pair);
      const taken = takeLease({ ...row.state }, "other", now);
      const waiting = [...row.waiting, frame("c2")];
      written(await world.memory.pairs.write(pair, row, { state: taken, waiting }, now));
    };
    const { settled } = await drain(world.ports, pair, world.options);
    expect(settled.map(({ frame: { frameId } }) => frameId)).toEqual(["c1"]);
    expect(world.posts).toEqual(["c1"]);
    expect(world.memory.rowOf(pair)).toMatchObject({
      waiting: [{ frameId: "c2" }],
      state: { lease: { holder: "other" } },
    });
  });
});

test("a lease that another has is not taken, and one that is free is, whatever else changes", async () => {
  const { ports, memory } = await leased([]);
  const row = memory.rowOf(pair);
  expect(await lease(ports, pair, row, () => undefined)).toBeUndefined();
  const stale = { ...row, version: 0 };
  expect(await lease(ports, pair, stale, (state) => takeLease(state, "you", now))).toMatchObject({
    state: { lease: { holder: "you" } },
  });
});

describe("a post with an ambiguous answer", () => {
  const asked: (string | undefined)[] = [];
  const connections = {
    post: async (_: string, __: string, once?: "once"): Promise<Posted> => {
      asked.push(once);
      return "unknown";
    },
  };

  test.each([
    ["an offer for a client that did not announce itself is its end", false, offerThatWaits("o"), "unknown"],
    ["an answer likewise", false, answerThatWaits("a"), "unknown"],
    ["an offer for one that drops repeated frames is sent again", true, offerThatWaits("o"), "unavailable"],
    ["a candidate is sent again", false, candidateThatWaits("c"), "unavailable"],
  ] as const)("of %s", async (_, announced, frame, expected) => {
    asked.splice(0);
    expect(await postFrame(connections, { ...reached, announced }, frame)).toBe(expected);
    expect(asked).toEqual([expected === "unknown" ? "once" : undefined]);
  });
});
