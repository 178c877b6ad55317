import { describe, expect, test } from "@jest/globals";
import { candidate, offer, offer2, payloads } from "./frames-to-send.ts";
import { orderWorld, start } from "./order-world.ts";
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

  test("is answered as delivered when its gate cannot be opened", async () => {
    let writes = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what === "write" && ++writes > 1) throw unavailable;
      },
    });
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(world.lines()).toMatchObject([{ outcome: "delivered", code: "pairs_unavailable" }]);
  });

  test("is refused, to be sent again, while the pairs table fails", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what === "read") throw unavailable;
      },
    });
    expect(await world.instance()(offer, "o", start)).toBe("delivery_unavailable");
    expect(await world.instance()(candidate(1), "c", start)).toBe("delivery_unavailable");
    expect(world.received).toEqual([]);
  });
});
