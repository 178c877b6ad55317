import { describe, expect, test } from "@jest/globals";
import { candidate, offer, offer2, offerOf } from "./frames-to-send.ts";
import { announced, master, viewer } from "./identities.ts";
import { orderWorld, start } from "./order-world.ts";
import { unavailable } from "./relay-world.ts";

const named = (clientId: string) => ({ ...viewer, clientId });
const bob = named("bob");
const toBob = { recipientClientId: "bob" };
const toAda = { recipientClientId: "ada" };

describe("a recipient that takes nothing", () => {
  /** The master offers to ada, whom nothing reaches for a minute, and to bob. */
  function poisoned() {
    const world = orderWorld();
    world.present(bob, "b1");
    world.posting.set("a1", "unavailable");
    const send = world.instance(master, "m1");
    const arrivals: [string, number][] = [];
    const { received } = world;
    const push = received.push.bind(received);
    received.push = (...frames) => {
      for (const { connectionId } of frames) arrivals.push([connectionId, world.now - start]);
      return push(...frames);
    };
    return { world, send, arrivals };
  }

  test("delays frames to others by nothing, through the queue too", async () => {
    const { world, send, arrivals } = poisoned();
    expect(await send({ ...offer, ...toAda }, "o1", start)).toBe("queued");
    world.posting.set("b1", ["unavailable"]);
    expect(await send({ ...offer, ...toBob }, "o2", start)).toBe("queued");
    await world.workQueue();
    expect(arrivals.filter(([connection]) => connection === "b1")).toEqual([["b1", 0]]);
    expect(await send({ ...offer2, ...toBob }, "o3", start + 1)).toBe("delivered");
  });

  test("is tried after 0, 1, 3, 7, 15, 23, 31 and 39 seconds, then the frame is undeliverable", async () => {
    const { world, send } = poisoned();
    await send({ ...offer, ...toAda }, "o1", start);
    const tries: number[] = [];
    const posting = new Proxy([] as never[], {
      get: (_, name) => {
        if (name === "shift")
          return () => {
            tries.push((world.now - start) / 1000);
            return "unavailable";
          };
        return Reflect.get([], name);
      },
    });
    world.posting.set("a1", posting);
    await world.passTime(start + 50_000);
    expect(tries).toEqual([0, 1, 3, 7, 15, 23, 31, 39]);
    expect([...world.received]).toMatchObject([
      { connectionId: "m1", reports: [{ correlationId: "o1", code: "undeliverable" }] },
    ]);
    expect(world.queue.deadLetters).toMatchObject([{ kind: "waiting", name: "ada", sender: "MASTER" }]);
    expect(world.workerLines().at(-1)).toMatchObject({ outcome: "failed", code: "undeliverable" });
  });

  test("gets what waits at most eight seconds after it can be reached, from each sender", async () => {
    for (const healed of [500, 1_500, 4_000, 8_000, 15_500, 24_000]) {
      const { world, send, arrivals } = poisoned();
      const peer = { ...viewer, role: "PEER" as const, clientId: "p1" };
      await send({ ...offer, ...toAda }, "o1", start);
      await world.passTime(start + healed);
      await world.instance(peer, "p1")({ ...offer2, ...toAda }, "o2", start + healed);
      world.posting.delete("a1");
      await world.passTime(start + 60_000);
      const times = arrivals.filter(([connection]) => connection === "a1").map(([, at]) => at);
      expect(times).toHaveLength(2);
      for (const at of times) expect(at - healed).toBeLessThanOrEqual(8_000);
    }
  });

  test("at the last try of one frame gets another that has just come later", async () => {
    const { world, send } = poisoned();
    await send({ ...offer, ...toAda }, "o1", start);
    await world.passTime(start + 38_000);
    const peer = { ...viewer, role: "PEER" as const, clientId: "p1" };
    world.present(peer, "p1");
    expect(await world.instance(peer, "p1")({ ...offer2, ...toAda }, "o2", start + 38_000)).toBe("queued");
    await world.passTime(start + 39_000);
    world.posting.delete("a1");
    await world.passTime(start + 60_000);
    expect(world.received.filter(({ connectionId }) => connectionId === "a1")).toMatchObject([
      { frameId: "o2" },
    ]);
  });
});

describe("numbered frames", () => {
  const numbered = (seq: number, ufrag = "aaaa") => ({ ...candidate(seq, ufrag), seq });

  test("arrive in the order of their numbers, whenever they come", async () => {
    const world = orderWorld();
    const send = (frame: object, id: string, at: number) => world.instance()(frame, id, start + at);
    expect(await send(numbered(3), "f3", 3)).toBe("queued");
    expect(await send(numbered(2), "f2", 2)).toBe("queued");
    expect(await send({ ...offerOf("aaaa"), seq: 1 }, "f1", 1)).toBe("delivered");
    expect(await send(numbered(5), "f5", 5)).toBe("queued");
    expect(await send(numbered(4), "f4", 4)).toBe("delivered");
    const order = world.received.filter(({ connectionId }) => connectionId === "m1").map(({ seq }) => seq);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  test("behind a gap follow after five to eight seconds, and the gap is told first", async () => {
    for (const sentAt of [0, 500, 2_900, 3_100]) {
      const one = orderWorld();
      await one.instance()({ ...offerOf("aaaa"), seq: 1 }, "f1", start);
      await one.instance()(numbered(3), "f3", start);
      await one.passTime(start + sentAt);
      await one.instance()(numbered(6), "f6", start + sentAt);
      await one.passTime(start + sentAt + 4_999);
      expect(one.received.at(-1)?.seq).not.toBe(6);
      await one.passTime(start + sentAt + 8_000);
      const master1 = one.received.filter(({ connectionId }) => connectionId === "m1");
      expect(master1.map(({ messageType, seq, from, to }) => seq ?? [messageType, from, to])).toEqual([
        ...[1, ["SEQUENCE_GAP", 2, 2], 3, ["SEQUENCE_GAP", 4, 5], 6],
      ]);
    }
  });

  test("from a gap that come later are expired, and those that were delivered are not sent twice", async () => {
    const world = orderWorld();
    await world.instance()({ ...offerOf("aaaa"), seq: 1 }, "f1", start);
    await world.instance()(numbered(3), "f3", start);
    await world.passTime(start + 8_000);
    expect(await world.instance()(numbered(2), "f2", start + 8_000)).toBe("expired");
    expect(await world.instance()(numbered(3), "x3", start + 8_000)).toBe("delivered");
    expect(await world.instance()({ ...offerOf("aaaa"), seq: 1 }, "x1", start + 8_001)).toBe("delivered");
    expect(world.received.filter(({ connectionId }) => connectionId === "m1")).toHaveLength(3);
  });

  test("wait for the news of the gap to arrive", async () => {
    const world = orderWorld();
    await world.instance()({ ...offerOf("aaaa"), seq: 1 }, "f1", start);
    await world.instance()(numbered(3), "f3", start);
    world.posting.set("m1", ["unavailable", "delivered"]);
    await world.passTime(start + 7_000);
    expect(world.received.map(({ messageType }) => messageType)).toEqual(["SDP_OFFER"]);
    await world.passTime(start + 20_000);
    expect(
      world.received.filter(({ connectionId }) => connectionId === "m1").map((one) => one.messageType),
    ).toEqual(["SDP_OFFER", "SEQUENCE_GAP", "ICE_CANDIDATE"]);
  });

  test("of a new instance begin again at 1, and an older instance's count no more", async () => {
    const world = orderWorld();
    const tab = (name: string) => world.instance(announced(viewer, name));
    const at = (connectedAt: number) => ({ connectedAt });
    await tab("tab-1")({ ...offerOf("aaaa"), seq: 1 }, "f1", start, at(1));
    expect(await tab("tab-2")({ ...offerOf("bbbb"), seq: 1 }, "g1", start + 1, at(2))).toBe("delivered");
    expect(await tab("tab-2")(numbered(2, "bbbb"), "g2", start + 2, at(2))).toBe("delivered");
    expect(await tab("tab-1")(numbered(2, "bbbb"), "f2", start + 3, at(1))).toBe("superseded");
  });

  test("that an SDP of the same ufrag waits for go before it", async () => {
    const world = orderWorld();
    await world.instance()({ ...offerOf("aaaa", "1"), seq: 1 }, "f1", start);
    expect(await world.instance()({ ...offerOf("aaaa", "3"), seq: 3 }, "f3", start + 3)).toBe("queued");
    expect(await world.instance()(numbered(2), "f2", start + 2)).toBe("delivered");
    const order = world.received.filter(({ connectionId }) => connectionId === "m1").map(({ seq }) => seq);
    expect(order).toEqual([1, 2, 3]);
  });

  test("that wait for their SDP stand in the gap, which is told once", async () => {
    const world = orderWorld();
    await world.instance()({ ...offerOf("aaaa"), seq: 1 }, "f1", start);
    await world.instance()(numbered(2, "bbbb"), "f2", start + 2);
    await world.instance()(numbered(4), "f4", start + 1);
    await world.passTime(start + 8_000);
    const gaps = world.received.filter(({ messageType }) => messageType === "SEQUENCE_GAP");
    expect(gaps).toMatchObject([{ from: 2, to: 3 }]);
    expect(world.received.at(-2)).toMatchObject({ frameId: "f4" });
  });
});

describe("an arrival behind a message that fails for all its tries", () => {
  test("is told to others, and what waited is delivered or has its end reported", async () => {
    const world = orderWorld();
    world.present(announced(viewer), "a1", start - 3_600_000);
    world.posting.set("m1", "unavailable");
    world.posting.set("m2", "unavailable");
    expect(await world.instance()(candidate(1), "c1", start)).toBe("queued");
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    await world.connect(master, "m2");
    await world.passTime(start + 20_000);
    // Too young to be given up at the last try of those before it.
    expect(await world.instance()(candidate(2), "c2", start + 20_000)).toBe("queued");
    expect(await world.instance(bob, "b1")(offer, "b", start + 20_000)).toBe("queued");
    const presence = () =>
      world.received.filter(({ messageType }) => messageType === "PRESENCE").map(({ event }) => event);
    await world.passTime(start + 38_999);
    expect(presence()).toEqual([]);
    await world.passTime(start + 39_000);
    expect(presence()).toEqual(["left", "joined"]);
    await world.passTime(start + 120_000);
    expect(Object.fromEntries(world.reports())).toEqual({ o: "undeliverable", c1: "expired", c2: "expired" });
    expect(world.waiting()).toEqual([]);
  });
});

describe("a report", () => {
  test("that its sender's connection did not take is given to its newest", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2");
    world.posting.set("a1", "gone");
    world.present(viewer, "a2");
    await world.workQueue();
    expect(world.received.filter(({ connectionId }) => connectionId === "a2")).toMatchObject([
      { messageType: "DELIVERY_REPORT", reports: [{ frameId: "o", code: "delivered" }] },
    ]);
  });

  test("to a sender that is gone is not told", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    world.absent(viewer);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.received.filter(({ messageType }) => messageType === "DELIVERY_REPORT")).toEqual([]);
    expect(world.queue.messages()).toEqual([]);
  });

  test("to a sender that is just connecting again waits until it is open", async () => {
    for (const [opensAfter, expected] of [
      [3, 1],
      [7, 2],
    ] as const) {
      const world = orderWorld();
      world.absent(master);
      await world.instance()(offer, "o", start);
      await world.connect(master, "m2");
      world.present(viewer, "a2");
      world.posting.set("a2", Array(opensAfter).fill("gone"));
      await world.workQueue();
      await world.passTime(start + 1_000);
      expect(world.received.filter(({ connectionId }) => connectionId === "a2")).toMatchObject([
        { messageType: "DELIVERY_REPORT", reports: [{ frameId: "o", code: "delivered" }] },
      ]);
      expect(world.workerLines().filter(({ kind }) => kind === "report")).toHaveLength(expected);
    }
  });

  test("is tried again while it may not have arrived", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2");
    world.posting.set("a1", ["unavailable", "unknown", "delivered"]);
    await world.passTime(start + 5_000);
    expect(world.reports()).toEqual([["o", "delivered"]]);
  });

  test("is not written of frames without a correlation id", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start + 1);
    await world
      .instance()({ ...candidate(2), correlationId: undefined }, "c2", start + 2)
      .catch(() => {});
    await world.instance()(offer, "o", start);
    expect(world.reports()).toEqual([["c1", "delivered"]]);
  });
});

test("a fault of one member's row is tried again, and is no dead letter before its eighth try", async () => {
  let fails = true;
  const world = orderWorld({
    turn: async (what) => {
      if (fails && what === "waitingFor") throw unavailable;
    },
  });
  world.posting.set("m1", ["unavailable"]);
  await world.instance()(offer, "o", start);
  await world.workQueue();
  expect(world.workerLines()).toMatchObject([{ outcome: "failed", code: "dynamodb_unavailable" }]);
  fails = false;
  await world.passTime(start + 1_000);
  expect(world.reports()).toEqual([["o", "delivered"]]);
  expect(world.queue.deadLetters).toEqual([]);
});
