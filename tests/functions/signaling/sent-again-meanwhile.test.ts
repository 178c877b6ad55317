import { expect, test } from "@jest/globals";
import { candidate, offerOf } from "./frames-to-send.ts";
import { master } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";

/** A world in which the write of that number, counted from `hold` on, waits until it is let go. */
function worldThatHoldsAWrite(number: number) {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let writes = Number.NEGATIVE_INFINITY;
  const world = orderWorld({
    turn: async (what) => {
      if (what !== "write") return;
      writes += 1;
      if (writes !== number) return;
      held.resolve();
      await released.promise;
    },
  });
  world.absent(master);
  const hold = () => {
    writes = 0;
  };
  return { world, hold, held: held.promise, release: released.resolve };
}

test("an offer that is sent again while it is written does not tell twice what became of others", async () => {
  // The first write takes the pair for new; the second drops what the offer replaces.
  const { world, hold, held, release } = worldThatHoldsAWrite(2);
  expect(await world.instance()({ ...offerOf("aaaa"), seq: 1 }, "f1", start)).toBe("queued");
  expect(await world.instance()({ ...candidate(2, "aaaa"), seq: 2 }, "f2", start + 1)).toBe("queued");
  hold();
  // Number 3 is missing.
  const send = () => world.instance()({ ...offerOf("bbbb"), seq: 4 }, "f4", start + 2);
  const first = send();
  await held;
  await world.connect(master, "m2", start + 3);
  await world.workQueue();
  expect(await send()).toBe("queued");
  release();
  expect(await first).toBe("queued");
  expect(world.reports()).toEqual([
    ["f1", "delivered"],
    ["f2", "delivered"],
  ]);
});

test("an offer that is sent again while it is left for an absent master tells once, and ends its lease", async () => {
  // The first write takes the pair for new, the second takes the lease, the third leaves the offer.
  const { world, hold, held, release } = worldThatHoldsAWrite(3);
  expect(await world.instance()(offerOf("aaaa"), "o1", start)).toBe("queued");
  hold();
  const send = () => world.instance()(offerOf("bbbb"), "o2", start + 1);
  const first = send();
  await held;
  expect(await send()).toBe("queued");
  release();
  expect(await first).toBe("queued");
  expect(world.reports()).toEqual([["o1", "superseded"]]);
  expect(world.rowOf(pair).waiting).toMatchObject([{ frameId: "o2" }]);
  expect(world.rowOf(pair).state.lease).toBeUndefined();
});

test("a candidate that waits, and is sent again while the worker comes for it, arrives once", async () => {
  let sending = false;
  const world = orderWorld({
    turn: async (what) => {
      if (what === "post" && sending) {
        sending = false;
        await world.workQueue();
      }
    },
  });
  const send = world.instance();
  expect(await send({ ...offerOf("aaaa"), seq: 1 }, "f1", start)).toBe("delivered");
  world.posting.set("m1", ["unavailable"]);
  expect(await send({ ...candidate(2, "aaaa"), seq: 2 }, "f2", start + 1)).toBe("queued");
  sending = true;
  expect(await send({ ...candidate(2, "aaaa"), seq: 2 }, "f2", start + 2)).toBe("queued");
  sending = false;
  await world.workQueue();
  const arrived = world.received.filter(({ connectionId }) => connectionId === "m1");
  expect(arrived.map(({ frameId }) => frameId)).toEqual(["f1", "f2"]);
  expect(world.reports()).toEqual([["f2", "delivered"]]);
});
