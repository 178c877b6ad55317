import { describe, expect, test } from "@jest/globals";
import {
  answerOf,
  candidate,
  offer,
  offer2,
  orderWorld,
  payloads,
  receivedBy,
  start,
} from "./order-world.ts";

describe("an SDP", () => {
  test("older than one of its kind is refused, and nothing of it is sent", async () => {
    const world = orderWorld();
    expect(await world.instance()(offer2, "o2", start + 10)).toBe("delivered");
    expect(await world.instance()(offer, "o1", start)).toBe("superseded");
    expect(receivedBy(world)).toEqual(payloads(offer2));
  });

  test("of the same millisecond is told apart by its id", async () => {
    const world = orderWorld();
    expect(await world.instance()(offer2, "o2", start)).toBe("delivered");
    expect(await world.instance()(offer, "o1", start)).toBe("superseded");
  });

  test("of the other kind that comes late is delivered, and the newer one's candidates still pass", async () => {
    const world = orderWorld();
    await world.instance()(offer2, "o2", start + 10);
    const late = world.instance();
    expect(await late(answerOf("aaaa"), "a1", start)).toBe("delivered");
    expect(await late(candidate(1), "c1", start + 1)).toBe("superseded");
    expect(await late(candidate(2, "bbbb"), "c2", start + 11)).toBe("delivered");
  });

  test("for an absent recipient waits in the queue, its candidates behind it, waiting ones too", async () => {
    const world = orderWorld();
    world.connection = undefined;
    expect(await world.instance()(candidate(1), "c1", start + 1)).toBe("queued");
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(await world.instance()(candidate(2), "c2", start + 2)).toBe("queued");
    expect(world.queued.map(({ frameId }) => frameId)).toEqual(["o", "c1", "c2"]);
    world.connection = "m1";
    await world.workQueue();
    expect(receivedBy(world)).toEqual(payloads(offer, candidate(1), candidate(2)));
    expect(await world.instance()(candidate(3), "c3", start + 3)).toBe("delivered");
  });

  test("in the queue is dropped when a newer one was delivered, and so are its candidates", async () => {
    const world = orderWorld();
    world.connection = undefined;
    await world.instance()(offer, "o1", start);
    await world.instance()(candidate(1), "c1", start + 1);
    world.connection = "m1";
    await world.instance()(offer2, "o2", start + 10);
    await world.workQueue();
    expect(world.queued).toEqual([]);
    expect(receivedBy(world)).toEqual(payloads(offer2));
  });

  test("that found nobody in time ends its negotiation", async () => {
    const world = orderWorld();
    world.connection = undefined;
    await world.instance()(offer, "o", start);
    world.now = start + 59_000;
    await world.instance()(candidate(1), "c1", start + 59_000);
    world.now = start + 60_000;
    world.connection = "m1";
    await world.workQueue();
    expect(await world.instance()(candidate(2), "c2", start + 60_000)).toBe("expired");
    expect(receivedBy(world)).toEqual([]);
    expect(world.queued).toEqual([]);
  });

  test("that the worker gets twice is delivered once", async () => {
    const world = orderWorld();
    world.connection = undefined;
    await world.instance()(offer, "o", start);
    world.queued.push(...world.queued);
    world.connection = "m1";
    await world.workQueue();
    expect(receivedBy(world)).toEqual(payloads(offer));
  });

  test("after a fault lets the next one in at once", async () => {
    const world = orderWorld();
    world.posting.set("m1", "unavailable");
    await world.instance()(offer, "o1", start);
    world.posting.clear();
    expect(await world.instance()(offer2, "o2", start + 1)).toBe("delivered");
  });
});

test("a late answer behind a newer offer is delivered by the worker too", async () => {
  const world = orderWorld();
  world.connection = undefined;
  await world.instance()(answerOf("aaaa"), "a", start);
  world.connection = "m1";
  await world.instance()(offer2, "o", start + 1);
  await world.workQueue();
  expect(receivedBy(world)).toEqual(payloads(offer2, answerOf("aaaa")));
});
