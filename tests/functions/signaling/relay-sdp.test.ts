import { describe, expect, test } from "@jest/globals";
import { answerOf, candidate, offer, offer2, payloads } from "./frames-to-send.ts";
import { announced, master, viewer } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";

describe("an SDP", () => {
  test("older than one of its kind is refused, and nothing of it is sent", async () => {
    const world = orderWorld();
    expect(await world.instance()(offer2, "o2", start + 10)).toBe("delivered");
    expect(await world.instance()(offer, "o1", start)).toBe("superseded");
    expect(world.payloads()).toEqual(payloads(offer2));
  });

  test("of the same millisecond is told apart by its id", async () => {
    const world = orderWorld();
    expect(await world.instance()(offer2, "o2", start)).toBe("delivered");
    expect(await world.instance()(offer, "o1", start)).toBe("superseded");
  });

  test("of the other kind that comes late is superseded, so that no two are reordered", async () => {
    const world = orderWorld();
    await world.instance()(offer2, "o2", start + 10);
    expect(await world.instance()(answerOf("aaaa"), "a1", start)).toBe("superseded");
    expect(world.payloads()).toEqual(payloads(offer2));
  });

  test("for an absent recipient waits, its candidates behind it, and all is handed over in order", async () => {
    const world = orderWorld();
    world.absent(master);
    expect(await world.instance()(candidate(1), "c1", start + 1)).toBe("queued");
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(world.lines().at(-1)).toMatchObject({ code: "absent" });
    expect(await world.instance()(candidate(2), "c2", start + 2)).toBe("queued");
    expect(world.queue.messages()).toEqual([]);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(offer, candidate(1), candidate(2)));
    expect(await world.instance()(candidate(3), "c3", start + 3)).toBe("delivered");
  });

  test("replaces an older one of its kind that waits, and that one's candidates", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o1", start);
    await world.instance()(candidate(1), "c1", start + 1);
    expect(await world.instance()(offer2, "o2", start + 10)).toBe("queued");
    expect(world.reports()).toEqual([
      ["o1", "superseded"],
      ["c1", "superseded"],
    ]);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(offer2));
    expect(world.reports().at(-1)).toEqual(["o2", "delivered"]);
  });

  test("that an SDP of the other kind waits before goes behind it", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(answerOf("aaaa"), "a", start);
    expect(await world.instance()(offer2, "o", start + 1)).toBe("queued");
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(answerOf("aaaa"), offer2));
  });

  test("that found nobody in time ends its negotiation", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    world.now = start + 59_000;
    await world.instance()(candidate(1), "c1", start + 59_000);
    world.now = start + 60_000;
    await world.connect(master, "m2");
    await world.workQueue();
    expect(await world.instance()(candidate(2), "c2", start + 60_000)).toBe("expired");
    expect(world.payloads()).toEqual([]);
    expect(world.reports()).toEqual([
      ["o", "expired"],
      ["c1", "expired"],
    ]);
  });

  test("that is gone for one connection reaches the newest in the same invocation", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what === "post") world.present(master, "m2");
      },
    });
    world.posting.set("m1", "gone");
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(world.received).toMatchObject([{ connectionId: "m2", frameId: "o" }]);
  });

  test("that API Gateway refuses is undeliverable, and so are its candidates past their SDP", async () => {
    const world = orderWorld();
    world.posting.set("m1", ["refused"]);
    expect(await world.instance()(offer, "o", start)).toBe("undeliverable");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("expired");
    expect(await world.instance()(offer2, "o2", start + 2)).toBe("delivered");
  });
});

describe("an SDP whose post had an ambiguous answer", () => {
  test("is not sent again to a client that did not announce itself: its sender is told", async () => {
    const world = orderWorld();
    world.posting.set("m1", ["unknown_arrived"]);
    expect(await world.instance()(offer, "o", start)).toBe("unknown");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("unknown");
    await world.passTime(start + 60_000);
    expect(world.payloads()).toEqual(payloads(offer));
  });

  test("is sent again with the same id to one that did", async () => {
    const world = orderWorld();
    world.present(announced(master), "m1");
    world.posting.set("m1", ["unknown_arrived"]);
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    await world.workQueue();
    expect(world.received.filter(({ connectionId }) => connectionId === "m1")).toMatchObject([
      { frameId: "o" },
      { frameId: "o" },
    ]);
    expect(world.reports()).toEqual([["o", "delivered"]]);
  });
});

describe("an SDP that its announced sender sends again", () => {
  const again = (world: ReturnType<typeof orderWorld>) => world.instance(announced(viewer));
  const resent = { ...offer, correlationId: "the-same" };

  test("is answered and not delivered twice", async () => {
    const world = orderWorld();
    expect(await again(world)(resent, "x1", start)).toBe("delivered");
    expect(await again(world)(resent, "x2", start + 5)).toBe("delivered");
    expect(world.payloads()).toEqual(payloads(offer));
  });

  test("is queued once while it waits, and somebody is told to come for it", async () => {
    const world = orderWorld();
    world.absent(master);
    await again(world)(resent, "x1", start);
    world.present(master, "m2");
    expect(await again(world)(resent, "x2", start + 5)).toBe("queued");
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(offer));
  });

  test("is told unknown when that is what is known", async () => {
    const world = orderWorld();
    world.posting.set("m1", ["unknown"]);
    expect(await again(world)(resent, "x1", start)).toBe("unknown");
    expect(await again(world)(resent, "x2", start + 5)).toBe("unknown");
  });

  test("keeps its place when it expired before, and is delivered now", async () => {
    const world = orderWorld();
    world.absent(master);
    await again(world)(resent, "x1", start);
    await world.passTime(start + 120_000);
    world.present(master, "m2");
    expect(await again(world)(resent, "x2", start + 120_000)).toBe("delivered");
    expect(await again(world)({ ...offer2, correlationId: "old" }, "x3", start - 1)).toBe("superseded");
  });
});

describe("an SDP that comes while another of its pair is being posted", () => {
  /** A world whose first offer is being posted until `finish` is called. */
  async function whilePosting() {
    const posting = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let posts = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "post" || posts++ > 0) return;
        begun.resolve();
        await posting.promise;
      },
    });
    const first = world.instance()(offer, "o1", start);
    await begun.promise;
    return { world, first, finish: posting.resolve };
  }

  test("waits until that is done, its candidates with it, and both follow at once", async () => {
    const { world, first, finish } = await whilePosting();
    expect(await world.instance()(offer2, "o2", start + 1)).toBe("queued");
    expect(await world.instance()(candidate(1, "bbbb"), "c1", start + 2)).toBe("queued");
    await world.workQueue();
    expect(world.payloads()).toEqual([]);
    finish();
    expect(await first).toBe("delivered");
    expect(world.payloads()).toEqual(payloads(offer, offer2, candidate(1, "bbbb")));
    expect(world.reports()).toEqual([
      ["o2", "delivered"],
      ["c1", "delivered"],
    ]);
  });

  test("may go after 15 seconds, when the invocation must have died", async () => {
    const { world } = await whilePosting();
    world.now = start + 15_000;
    expect(await world.instance()(offer2, "o2", start + 15_000)).toBe("delivered");
    expect(world.payloads()).toEqual(payloads(offer2));
  });

  test("is in order even if the invocation that seemed dead goes on", async () => {
    const { world, first, finish } = await whilePosting();
    await world.instance()(candidate(1, "bbbb"), "c1", start + 16_000);
    world.now = start + 15_000;
    await world.instance()(offer2, "o2", start + 15_000);
    finish();
    await first;
    expect(world.rowOf(pair).state).toMatchObject({ gate: "open", ufrags: ["bbbb"] });
    expect(payloads(candidate(1, "bbbb")).every((one) => world.payloads().includes(one))).toBe(true);
    expect(world.waiting()).toEqual([]);
  });
});

describe("an answer", () => {
  const answer = answerOf("aaaa");

  /** A world in which the recipient is looked up before the lease is written; `meanwhile` happens between the two. */
  const worldIn = (meanwhile: (world: ReturnType<typeof orderWorld>) => void) => {
    let writes = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "write") return;
        writes += 1;
        if (writes > 1) return;
        while (!world.calls.includes("find")) await Promise.resolve();
        await Promise.resolve();
        meanwhile(world);
      },
    });
    return world;
  };

  test("looks its recipient up while the lease is written, once", async () => {
    const world = worldIn(() => {});
    expect(await world.instance()(answer, "a", start)).toBe("delivered");
    expect(world.calls).toEqual(["write", "find", "post", "write"]);
    expect(await world.instance()(answerOf("bbbb"), "b", start + 1)).toBe("delivered");
    expect(world.calls.slice(4)).toEqual(["write", "find", "write", "post", "write"]);
  });

  test("reaches a recipient that comes just after that look", async () => {
    const world = worldIn(() => world.present(master, "m2"));
    world.absent(master);
    expect(await world.instance()(answer, "a", start)).toBe("queued");
    await world.workQueue();
    expect(world.received.map(({ connectionId, frameId }) => [connectionId, frameId])).toEqual([
      ["m2", "a"],
      ["a1", undefined],
    ]);
  });

  test("reaches the connection with which its recipient goes on just after that look", async () => {
    const world = worldIn(() => {
      world.posting.set("m1", "gone");
      world.present(master, "m2");
    });
    expect(await world.instance()(answer, "a", start)).toBe("delivered");
    expect(world.received.map(({ connectionId }) => connectionId)).toEqual(["m2"]);
  });
});

test("an offer reaches the page that comes just before its lease is written", async () => {
  let isFirst = true;
  const world = orderWorld({
    turn: async (what) => {
      if (what !== "write" || !isFirst) return;
      isFirst = false;
      for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
      await world.connect(master, "m2");
    },
  });
  expect(await world.instance()(offer, "o", start)).toBe("delivered");
  expect(world.received.filter(({ frameId }) => frameId === "o")).toMatchObject([{ connectionId: "m2" }]);
});
