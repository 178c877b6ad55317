import { describe, expect, test } from "@jest/globals";
import { candidate, offer, offer2, payloads } from "./frames-to-send.ts";
import { master } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";
import { queueUnavailable, unavailable } from "./relay-world.ts";

describe("an SDP while AWS fails", () => {
  test("is left, its lease ended, when API Gateway does not take it; the worker comes", async () => {
    const world = orderWorld();
    world.posting.set("m1", ["unavailable", "unavailable", "delivered"]);
    expect(await world.instance()(offer, "o1", start)).toBe("queued");
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("queued");
    await world.workQueue();
    expect(world.payloads()).toEqual([]);
    await world.passTime(start + 1_000);
    expect(world.payloads()).toEqual(payloads(offer, candidate(1)));
  });

  test("does not stop the next one", async () => {
    const world = orderWorld();
    world.posting.set("m1", ["unavailable"]);
    await world.instance()(offer, "o1", start);
    expect(await world.instance()(offer2, "o2", start + 1)).toBe("delivered");
    expect(world.reports()).toEqual([["o1", "superseded"]]);
  });

  test("is refused and withdrawn when the queue fails too, and can be sent again", async () => {
    let fails = true;
    const world = orderWorld({
      wakeUps: {
        send: async () => {
          if (fails) throw queueUnavailable;
        },
      },
    });
    world.posting.set("m1", ["unavailable"]);
    expect(await world.instance()(offer, "o1", start)).toBe("delivery_unavailable");
    expect(world.waiting()).toEqual([]);
    fails = false;
    expect(await world.instance()(offer, "o1", start)).toBe("delivered");
  });

  test("waits for the worker when its recipient cannot be looked up", async () => {
    let fails = true;
    const world = orderWorld({
      turn: async (what) => {
        if (fails && what === "find") throw unavailable;
      },
    });
    expect(await world.instance()(offer, "o1", start)).toBe("queued");
    fails = false;
    await world.workQueue();
    expect(world.payloads()).toEqual(payloads(offer));
  });

  describe("whose gate cannot be opened", () => {
    /** Writes fail from the second on, until told otherwise. */
    function failing(more: Partial<Parameters<typeof orderWorld>[0]> = {}) {
      let writes = 0;
      const pairsTable = { fails: true };
      const world = orderWorld({
        turn: async (what) => {
          if (pairsTable.fails && what === "write" && ++writes > 1) throw unavailable;
        },
        ...more,
      });
      return { world, pairsTable };
    }

    test("is answered as delivered, and the worker opens it", async () => {
      const { world, pairsTable } = failing();
      expect(await world.instance()(offer, "o", start)).toBe("delivered");
      expect(world.lines()).toMatchObject([{ outcome: "delivered", code: "pairs_unavailable" }]);
      expect(await world.instance()(candidate(1), "c1", start + 1)).toBe("queued");
      pairsTable.fails = false;
      await world.passTime(start + 1_000);
      expect(world.payloads()).toEqual(payloads(offer, candidate(1)));
      expect(world.reports()).toEqual([["c1", "delivered"]]);
      expect(await world.instance()(candidate(2), "c2", start + 1_001)).toBe("delivered");
    });

    test("goes again to a fresh client of its recipient", async () => {
      const { world, pairsTable } = failing();
      expect(await world.instance()(offer, "o", start)).toBe("delivered");
      pairsTable.fails = false;
      world.posting.set("m1", "gone");
      await world.connect(master, "m2", start + 150);
      await world.passTime(start + 20_000);
      expect(world.received.filter(({ connectionId }) => connectionId === "m2")).toMatchObject([
        { frameId: "o" },
      ]);
    });

    test("is not taken back to a client that another has replaced since", async () => {
      const { world, pairsTable } = failing();
      await world.instance()(offer, "o", start);
      pairsTable.fails = false;
      // Its sender sends it again, before the worker comes, when the lease has run out.
      world.now = start + 16_000;
      world.posting.set("m1", "gone");
      world.present(master, "m2");
      expect(await world.instance()(offer, "o", start + 16_000)).toBe("delivered");
      await world.passTime(start + 40_000);
      expect(world.rowOf(pair).state.connection).toMatchObject({ id: "m2" });
      expect(world.received.filter(({ connectionId }) => connectionId === "m2")).toHaveLength(1);
    });

    test("is answered as delivered too while the queue fails, and the next one goes when its lease has run out", async () => {
      const { world, pairsTable } = failing({
        wakeUps: {
          send: async () => {
            throw queueUnavailable;
          },
        },
      });
      expect(await world.instance()(offer, "o", start)).toBe("delivered");
      pairsTable.fails = false;
      world.now = start + 16_000;
      expect(await world.instance()(offer2, "o2", start + 16_000)).toBe("delivered");
    });
  });

  test("is refused, to be sent again, while the pairs table fails", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what === "read" || what === "write") throw unavailable;
      },
    });
    expect(await world.instance()(offer, "o", start)).toBe("delivery_unavailable");
    expect(await world.instance()(candidate(1), "c", start)).toBe("delivery_unavailable");
    expect(world.received).toEqual([]);
  });

  test.each([
    ["while another is posted", 0],
    ["for an absent master", 1],
  ])("is queued %s when only its last write had its effect, and the answer was lost", async (_, leased) => {
    let writes = 0;
    const { state } = orderWorld().rowOf(pair);
    const another = { ...state, lease: { holder: "another", until: start + 15_000 } };
    const world = orderWorld({
      pairs: {
        read: async () => ({ version: 1, state, waiting: [] }),
        write: async (_pair, before, change) => {
          writes += 1;
          const row = { version: before.version + 1, state: change.state, waiting: change.waiting ?? [] };
          if (writes <= leased) return { kind: "written", row };
          if (writes < leased + 8) return { kind: "changed", row: { ...row, state: another, waiting: [] } };
          // Another one has written since.
          return { kind: "changed", row: { ...row, version: before.version + 2 } };
        },
        append: async (_pair, row) => ({ kind: "changed", row }),
        waitingFor: async () => [],
      },
    });
    world.absent(master);
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(writes).toBe(leased + 8);
  });
});
