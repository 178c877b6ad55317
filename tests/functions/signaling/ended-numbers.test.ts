import { describe, expect, test } from "@jest/globals";
import { candidateOf, offerOf } from "./frames-to-send.ts";
import { master } from "./identities.ts";
import { orderWorld, start } from "./order-world.ts";
import { queueUnavailable } from "./relay-world.ts";

type World = ReturnType<typeof orderWorld>;

const offer = (seq: number, ufrag = `u${seq}`) => ({ ...offerOf(ufrag, `offer ${seq}`), seq });
const candidate = (seq: number, ufrag: string) => ({ ...candidateOf(ufrag, `candidate ${seq}`), seq });

/** What the master got, in order: numbers, and the types of other frames. */
const arrived = (world: World) =>
  world.received
    .filter(({ connectionId }) => connectionId !== "a1")
    .map(({ messageType, seq }) => seq ?? messageType);

describe("the number of a frame that came to another end than to arrive is used up", () => {
  test("when a newer offer was ahead of it: that follows at once", async () => {
    const world = orderWorld();
    const send = world.instance();
    await send(offer(1), "f1", start);
    expect(await send(offer(3), "f3", start + 3)).toBe("queued");
    expect(await send(offer(2), "f2", start + 2)).toBe("superseded");
    expect(arrived(world)).toEqual([1, 3]);
    expect(world.reports()).toEqual([["f3", "delivered"]]);
    expect(await send(candidate(4, "u3"), "f4", start + 4)).toBe("delivered");
  });

  test("when a newer offer took its place while it waited", async () => {
    const world = orderWorld();
    world.absent(master);
    const send = world.instance();
    await send(offer(1), "f1", start);
    await send(candidate(2, "u1"), "f2", start + 1);
    await send(offer(3), "f3", start + 2);
    expect(world.reports()).toEqual([
      ["f1", "superseded"],
      ["f2", "superseded"],
    ]);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(arrived(world)).toEqual([3]);
  });

  test("when API Gateway refused it for good", async () => {
    const world = orderWorld();
    const send = world.instance();
    world.posting.set("m1", ["refused", "delivered", "refused", "delivered"]);
    expect(await send(offer(1), "f1", start)).toBe("undeliverable");
    expect(await send(offer(2), "f2", start + 1)).toBe("delivered");
    expect(await send(candidate(3, "u2"), "f3", start + 2)).toBe("undeliverable");
    expect(await send(candidate(4, "u2"), "f4", start + 3)).toBe("delivered");
    expect(arrived(world)).toEqual([2, 4]);
  });

  test("when its SDP was replaced, ended, or has an unknown fate", async () => {
    const world = orderWorld();
    const send = world.instance();
    await send(offer(1), "f1", start);
    await send(offer(2), "f2", start + 2);
    expect(await send(candidate(3, "u1"), "f3", start + 3)).toBe("superseded");
    world.posting.set("m1", ["refused", "unknown", "delivered"]);
    expect(await send(offer(4), "f4", start + 4)).toBe("undeliverable");
    expect(await send(candidate(5, "u4"), "f5", start + 5)).toBe("expired");
    expect(await send(offer(6), "f6", start + 6)).toBe("unknown");
    expect(await send(candidate(7, "u6"), "f7", start + 7)).toBe("unknown");
    expect(await send(offer(8), "f8", start + 8)).toBe("delivered");
    expect(arrived(world)).toEqual([1, 2, 8]);
  });

  test("when it expired, ahead of its turn too", async () => {
    const world = orderWorld();
    const send = world.instance();
    await send(offer(1), "f1", start);
    expect(await send(candidate(3, "else"), "f3", start + 1)).toBe("queued");
    await world.passTime(start + 120_000);
    expect(world.reports()).toEqual([["f3", "expired"]]);
    expect(await send(candidate(4, "u1"), "f4", start + 120_000)).toBe("queued");
    expect(await send(candidate(2, "u1"), "f2", start + 120_001)).toBe("delivered");
    expect(arrived(world)).toEqual([1, 2, 4]);
  });
});

test("a frame that ended and is sent again does not replace its successor", async () => {
  const world = orderWorld();
  world.absent(master);
  const send = world.instance();
  await send(offer(1), "f1", start);
  await send(offer(2), "f2", start + 1);
  expect(await send(offer(1), "f1", start + 2_000)).toBe("superseded");
  await world.connect(master, "m2");
  await world.workQueue();
  expect(arrived(world)).toEqual([2]);
  expect(await send(offer(1), "f1", start + 3_000)).toBe("superseded");
  expect(arrived(world)).toEqual([2]);
});

test("a frame that arrived and is sent again is answered so, whatever replaced it since", async () => {
  const world = orderWorld();
  const send = world.instance();
  await send(offer(1), "f1", start);
  await send(candidate(2, "u1"), "f2", start + 1);
  await send(offer(3), "f3", start + 2_000);
  expect(await send(candidate(2, "u1"), "f2", start + 2_001)).toBe("delivered");
  expect(await send(offer(1), "f1", start + 1_999)).toBe("delivered");
  expect(await send(offer(1), "f1", start + 2_002)).toBe("delivered");
  expect(arrived(world)).toEqual([1, 2, 3]);
});

test("a frame that was refused for now keeps its number, and those behind it wait for it", async () => {
  let fails = true;
  const world = orderWorld({
    turn: async (what) => {
      if (what === "send" && fails) throw queueUnavailable;
    },
  });
  const send = world.instance();
  await send(offer(1), "f1", start);
  world.posting.set("m1", ["unavailable"]);
  expect(await send(candidate(2, "u1"), "f2", start + 1)).toBe("delivery_unavailable");
  fails = false;
  expect(await send(candidate(3, "u1"), "f3", start + 2)).toBe("queued");
  expect(await send(candidate(2, "u1"), "f2", start + 3)).toBe("delivered");
  expect(arrived(world)).toEqual([1, 2, 3]);
});

test("what follows an ended number goes to a fresh client behind the offer that it lacks", async () => {
  const world = orderWorld();
  const send = world.instance();
  await send(offer(1), "f1", start);
  await send(offer(2), "f2", start + 1);
  expect(await send(candidate(4, "u2"), "f4", start + 4)).toBe("queued");
  world.present(master, "m2");
  expect(await send(candidate(3, "u1"), "f3", start + 3)).toBe("superseded");
  await world.passTime(start + 4_000);
  expect(world.received.filter(({ connectionId }) => connectionId === "m2").map(({ seq }) => seq)).toEqual([
    2, 4,
  ]);
});

test("a number that was delivered while the pairs table failed is known to the worker, and nobody waits for it", async () => {
  let writes = 0;
  const world = orderWorld({ writeFails: () => ++writes === 3 });
  const send = world.instance();
  expect(await send({ ...offerOf("aaaa"), seq: 1 }, "f1", start)).toBe("delivered");
  expect(await send({ ...candidateOf("aaaa", "2"), seq: 2 }, "f2", start + 1)).toBe("delivered");
  expect(await send({ ...candidateOf("aaaa", "3"), seq: 3 }, "f3", start + 2)).toBe("queued");
  await world.passTime(start + 100);
  expect(world.received.filter(({ connectionId }) => connectionId === "m1").map(({ seq }) => seq)).toEqual([
    1, 2, 3,
  ]);
});
