import { describe, expect, test } from "@jest/globals";
import { answerOf, candidate, candidateOf, offer, offer2, offerOf, payloads } from "./frames-to-send.ts";
import { announced, master } from "./identities.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { orderWorld, pair, start } from "./order-world.ts";

describe("a candidate", () => {
  test("that comes before its SDP waits, and follows it", async () => {
    const world = orderWorld();
    expect(await world.instance()(candidate(1), "c1", start + 2)).toBe("queued");
    expect(await world.instance()(candidate(2), "c2", start + 1)).toBe("queued");
    expect(world.received).toEqual([]);
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(world.payloads()).toEqual(payloads(offer, candidate(2), candidate(1)));
    expect(world.lines().at(-1)).toMatchObject({ outcome: "delivered", released: 2, superseded: 0 });
    expect(world.waiting()).toEqual([]);
    expect(world.reports()).toEqual([
      ["c2", "delivered"],
      ["c1", "delivered"],
    ]);
  });

  test("makes one call on an instance that knows the pair, and two on a new one", async () => {
    const world = orderWorld();
    const first = world.instance();
    await first(offer, "o", start);
    expect(world.calls.splice(0)).toEqual(["write", "find", "post", "write"]);
    await first(candidate(1), "c1", start + 1);
    expect(world.calls.splice(0)).toEqual(["post"]);
    const second = world.instance();
    await second(candidate(2), "c2", start + 2);
    expect(world.calls.splice(0)).toEqual(["read", "post"]);
    await second(candidate(3), "c3", start + 3);
    expect(world.calls.splice(0)).toEqual(["post"]);
  });

  test("looks its recipient up again after five seconds, so that the newest connection wins", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(answerOf("aaaa"), "a", start);
    world.present(master, "m2");
    world.now = start + 4_999;
    await warm(candidate(1), "c1", start + 1);
    expect(world.received.at(-1)).toMatchObject({ connectionId: "m1" });
    world.now = start + 5_000;
    world.calls.splice(0);
    await warm(candidate(2), "c2", start + 2);
    expect(world.calls.splice(0)).toEqual(["read", "find", "post"]);
    expect(world.received.at(-1)).toMatchObject({ connectionId: "m2" });
  });

  test.each(["warm", "new"])(
    "whose known connection is gone reaches the newest at once (%s)",
    async (which) => {
      const world = orderWorld();
      const warm = world.instance();
      await warm(answerOf("aaaa"), "a", start);
      world.present(master, "m2");
      world.posting.set("m1", "gone");
      const send = which === "warm" ? warm : world.instance();
      expect(await send(candidate(1), "c1", start + 1)).toBe("delivered");
      expect(world.received.at(-1)).toMatchObject({ connectionId: "m2", frameId: "c1" });
      world.calls.splice(0);
      expect(await send(candidate(2), "c2", start + 2)).toBe("delivered");
      expect(world.calls).toEqual(["post"]);
    },
  );

  test("waits when the only connection is gone, and is handed over to the next", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(answerOf("aaaa"), "a", start);
    world.posting.set("m1", "gone");
    expect(await warm(candidate(1), "c1", start + 1)).toBe("queued");
    await world.workQueue();
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.received.at(-2)).toMatchObject({ connectionId: "m2", frameId: "c1" });
    expect(world.reports()).toEqual([["c1", "delivered"]]);
    expect(world.queue.messages()).toEqual([]);
  });

  test("of a negotiation that a newer SDP replaced is dropped and told so", async () => {
    const world = orderWorld();
    await world.instance()(offer, "o1", start);
    await world.instance()(offer2, "o2", start + 10);
    // Sent before the new SDP, and after it.
    expect(await world.instance()(candidate(1), "c1", start + 5)).toBe("superseded");
    expect(await world.instance()(candidate(2), "c2", start + 15)).toBe("superseded");
    expect(await world.instance()(candidate(3, "bbbb"), "c3", start + 16)).toBe("delivered");
  });

  test("of a replaced negotiation that waits is dropped when the newer SDP comes, and reported", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start + 1);
    await world.instance()(offer2, "o2", start + 10);
    expect(world.payloads()).toEqual(payloads(offer2));
    expect(world.lines().at(-1)).toMatchObject({ released: 0, superseded: 1 });
    expect(world.reports()).toEqual([["c1", "superseded"]]);
  });

  test("of the next negotiation waits though the gate of this one is open", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o1", start);
    expect(await warm(candidate(1, "bbbb"), "c1", start + 11)).toBe("queued");
    expect(await warm(candidate(2), "c2", start + 3)).toBe("delivered");
    await world.instance()(offer2, "o2", start + 10);
    expect(world.payloads()).toEqual(payloads(offer, candidate(2), offer2, candidate(1, "bbbb")));
  });

  test("may belong to any m-section of its SDP, or name its ufrag in its text only", async () => {
    const world = orderWorld();
    await world.instance()(offerOf(["aaaa", "cccc"]), "o1", start);
    expect(await world.instance()(candidate(1, "cccc"), "c1", start + 1)).toBe("delivered");
    const named = candidateOf(undefined, "candidate:1 1 udp 1 192.0.2.1 9 typ host ufrag zzzz network-id 1");
    expect(await world.instance()(named, "c2", start + 2)).toBe("queued");
    expect(await world.instance()(candidateOf(undefined), "c3", start + 3)).toBe("delivered");
  });

  test("is refused when 64 wait already, and when 300,000 characters do", async () => {
    const world = orderWorld();
    const send = world.instance();
    for (let number = 0; number < 64; number += 1) await send(candidate(number), `c${number}`, start);
    expect(await send(candidate(64), "c64", start)).toBe("mailbox_full");
    const long = orderWorld().instance();
    const text = "x".repeat(21_000);
    for (let number = 0; number < 10; number += 1) {
      expect(await long(candidateOf("aaaa", text), `c${number}`, start)).toBe("queued");
    }
    expect(await long(candidateOf("aaaa", text), "c10", start)).toBe("mailbox_full");
  });

  test("that waited a minute is dropped and reported when an SDP comes after all", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start);
    world.now = start + 60_000;
    await world.instance()(offer, "o", start);
    expect(world.payloads()).toEqual(payloads(offer));
    expect(world.reports()).toEqual([["c1", "expired"]]);
  });

  test("that no SDP ever comes for is reported as expired within two minutes", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start);
    await world.passTime(start + 120_000);
    expect(world.reports()).toEqual([["c1", "expired"]]);
    expect(world.waiting()).toEqual([]);
  });

  test.each([
    ["candidate", candidate(1), ["read", "append", "append"]],
    ["SDP", offer, ["write", "write", "find", "post", "write"]],
  ])("does not read again what a write has shown (%s)", async (_, frame, calls) => {
    const memory = memoryPairs();
    const changeFirst = async () => {
      const row = memory.rowOf(pair);
      if (row.version === 0) await memory.pairs.write(pair, row, { state: row.state }, start);
    };
    const world = orderWorld({
      pairs: {
        ...memory.pairs,
        write: async (...values) => {
          await changeFirst();
          return memory.pairs.write(...values);
        },
        append: async (...values) => {
          await changeFirst();
          return memory.pairs.append(...values);
        },
      },
    });
    await world.instance()(frame, "f1", start);
    expect(world.calls).toEqual(calls);
  });

  test("behind a missing number wakes the worker, though an SDP of its ufrag waits", async () => {
    const world = orderWorld();
    const send = world.instance();
    expect(await send({ ...offerOf("aaaa", "1"), seq: 1 }, "f1", start)).toBe("delivered");
    expect(await send({ ...offerOf("aaaa", "4"), seq: 4 }, "f4", start + 2)).toBe("queued");
    world.now = start + 6_000;
    const before = world.queue.messages().length;
    expect(await send({ ...candidate(3, "aaaa"), seq: 3 }, "f3", start + 1)).toBe("queued");
    expect(world.lines().at(-1)).toMatchObject({ outcome: "queued", code: "seq_awaited" });
    expect(world.queue.messages()).toHaveLength(before + 1);
  });

  test("is refused, to be sent again, when its pair's row keeps changing", async () => {
    const row = { version: 0, state: orderWorld().rowOf(pair).state, waiting: [] };
    const world = orderWorld({
      pairs: {
        read: async () => row,
        write: async () => ({ kind: "changed", row }),
        append: async () => ({ kind: "changed", row }),
        waitingFor: async () => [],
      },
    });
    expect(await world.instance()(candidate(1), "c1", start)).toBe("delivery_unavailable");
    expect(await world.instance()(offer, "o", start)).toBe("delivery_unavailable");
  });
});

describe("a candidate behind an offer that the master has not answered", () => {
  test("waits for the offer to reach the page that replaced the one before", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", "gone");
    await world.connect(master, "m2", start + 1_000);
    expect(await warm(candidate(1), "c1", start + 1)).toBe("queued");
    expect(world.lines().at(-1)).toMatchObject({ code: "offer_unanswered" });
    await world.workQueue();
    const got = world.received.filter(({ connectionId, frameId }) => connectionId === "m2" && frameId);
    expect(got.map(({ frameId }) => frameId)).toEqual(["o", "c1"]);
    expect(await warm(candidate(2), "c2", start + 2)).toBe("delivered");
  });

  test("goes on at once to a connection of the same running client", async () => {
    const world = orderWorld();
    world.present(announced(master), "m1");
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", "gone");
    await world.connect(announced(master), "m2", start + 1_000);
    expect(await warm(candidate(1), "c1", start + 1)).toBe("delivered");
    await world.workQueue();
    expect(world.received.filter(({ messageType }) => messageType === "SDP_OFFER")).toHaveLength(1);
  });
});

describe("a candidate that cannot be posted", () => {
  test.each(["warm", "new"])("waits, and the worker delivers it once (%s)", async (which) => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", ["unavailable", "delivered"]);
    expect(await (which === "warm" ? warm : world.instance())(candidate(1), "c", start + 1)).toBe("queued");
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(offer, candidate(1)));
    expect(world.reports()).toEqual([["c", "delivered"]]);
  });

  test.each(["warm", "new"])("because API Gateway refuses it is undeliverable (%s)", async (which) => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", "refused");
    const send = which === "warm" ? warm : world.instance();
    expect(await send(candidate(1), "c", start + 1)).toBe("undeliverable");
    world.now = start + 5_000;
    expect(await send(candidate(2), "c2", start + 2)).toBe("undeliverable");
    expect(world.waiting()).toEqual([]);
  });

  test("to a connection that was just looked up waits too", async () => {
    const world = orderWorld();
    await world.instance()(answerOf("aaaa"), "a", start);
    world.now = start + 5_000;
    world.posting.set("m1", ["unavailable", "gone"]);
    expect(await world.instance()(candidate(1), "c1", start + 1)).toBe("queued");
    expect(await world.instance()(candidate(2), "c2", start + 2)).toBe("queued");
    expect(world.lines().slice(-2)).toMatchObject([{ code: "unavailable" }, { code: "gone" }]);
  });

  test("is refused when it has lost its negotiation meanwhile", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    await world.instance()(offer2, "o2", start + 1);
    world.posting.set("m1", "unavailable");
    expect(await warm(candidate(1), "c", start)).toBe("superseded");
  });
});
