import { describe, expect, test } from "@jest/globals";
import { candidate, offer, offer2, orderWorld, payloads, receivedBy, start } from "./order-world.ts";
import { unavailable } from "./relay-world.ts";

describe("while the pairs table fails", () => {
  const fail = async () => Promise.reject(unavailable);
  const failing = { read: fail, write: fail, hold: fail };

  test("frames go through the queue, in its order, and arrive", async () => {
    const world = orderWorld({ pairs: failing });
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("queued");
    expect(world.lines()).toMatchObject([{ code: "pairs_unavailable" }, { code: "pairs_unavailable" }]);
    await world.workQueue();
    expect(receivedBy(world)).toEqual(payloads(offer, candidate(1)));
  });

  test("an SDP that was posted is answered, though its gate stays closed", async () => {
    let writes = 0;
    const world = orderWorld();
    const broken = orderWorld({
      pairs: {
        read: async () => ({ version: 0, gate: undefined, held: [] }),
        write: async (_, version, { gate }) => {
          writes += 1;
          if (writes > 1) throw unavailable;
          return { version: version + 1, gate, held: [] };
        },
        hold: fail,
      },
    });
    expect(await broken.instance()(offer, "o", start)).toBe("delivered");
    expect(broken.lines()).toMatchObject([{ outcome: "delivered", code: "pairs_unavailable" }]);
    expect(world.queued).toEqual([]);
  });
});

describe("while others keep changing the pair's row", () => {
  const changing = (row = { version: 0, gate: undefined, held: [] }) => ({
    read: async () => row,
    write: async () => "changed" as const,
    hold: async () => "changed" as const,
  });

  test("frames go through the queue, and the worker tries again", async () => {
    const world = orderWorld({ pairs: changing() });
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("queued");
    expect(world.lines()).toMatchObject([{ code: "pair_contended" }, { code: "pair_contended" }]);
    await world.workQueue();
    expect(world.queued).toHaveLength(2);
    world.queued.shift();
    await world.workQueue();
    expect(world.queued).toHaveLength(1);
  });
});

describe("a fault of the pairs table that time does not heal", () => {
  const denied = async () => Promise.reject(new Error("denied"));

  test("is answered as ours, and nothing is sent", async () => {
    const world = orderWorld({ pairs: { read: denied, write: denied, hold: denied } });
    expect(await world.instance()(offer, "o", start)).toBe("internal");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("internal");
    expect([world.received, world.queued]).toEqual([[], []]);
  });

  test("while a candidate is put down sends it through the queue when it is a matter of time", async () => {
    const world = orderWorld({
      pairs: {
        read: async () => ({ version: 0, gate: undefined, held: [] }),
        write: denied,
        hold: async () => Promise.reject(unavailable),
      },
    });
    expect(await world.instance()(candidate(1), "c", start)).toBe("queued");
    expect(world.queued).toHaveLength(1);
  });
});

describe("an SDP that comes while another of its pair is being posted", () => {
  /** A world whose first offer is being posted until `finish` is called. */
  async function whilePosting() {
    let finish = () => {};
    const posting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let reached = () => {};
    const begun = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let posts = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "post" || posts++ > 0) return;
        reached();
        await posting;
      },
    });
    const first = world.instance()(offer, "o1", start);
    await begun;
    return { world, first, finish };
  }

  test("waits in the queue until that is done, and its candidates with it", async () => {
    const { world, first, finish } = await whilePosting();
    expect(await world.instance()(offer2, "o2", start + 1)).toBe("queued");
    expect(await world.instance()(candidate(1, "bbbb"), "c1", start + 2)).toBe("queued");
    await world.workQueue();
    expect(receivedBy(world)).toEqual([]);
    finish();
    expect(await first).toBe("delivered");
    await world.workQueue();
    expect(receivedBy(world)).toEqual(payloads(offer, offer2, candidate(1, "bbbb")));
  });

  test("may go after 15 seconds, when the invocation must have died", async () => {
    const { world } = await whilePosting();
    world.now = start + 15_000;
    expect(await world.instance()(offer2, "o2", start + 15_000)).toBe("delivered");
    expect(receivedBy(world)).toEqual(payloads(offer2));
  });
});

describe("a frame whose post fails", () => {
  test.each(["warm", "new"])("in passing goes to the queue (%s)", async (which) => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", "unavailable");
    expect(await (which === "warm" ? warm : world.instance())(candidate(1), "c", start + 1)).toBe("queued");
    world.now = start + 5_000;
    expect(await world.instance()(candidate(2), "c2", start + 2)).toBe("queued");
    world.connection = undefined;
    expect(await world.instance()(candidate(3), "c3", start + 3)).toBe("queued");
    expect(world.queued.map(({ frameId }) => frameId)).toEqual(["c", "c2", "c3"]);
  });

  test("after it had waited for its SDP goes to the queue too", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what === "posted") world.posting.set("m1", "unavailable");
      },
    });
    await world.instance()(candidate(1), "c1", start);
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(world.queued.map(({ frameId }) => frameId)).toEqual(["c1"]);
  });

  test("in the worker stays in the queue, and the next one of its pair is not stopped", async () => {
    const world = orderWorld();
    world.posting.set("m1", "gone");
    await world.instance()(offer, "o1", start);
    await world.workQueue();
    expect(world.queued).toHaveLength(1);
    world.posting.clear();
    expect(await world.instance()(offer2, "o2", start + 1)).toBe("delivered");
  });
});
