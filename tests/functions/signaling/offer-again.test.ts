import { describe, expect, test } from "@jest/globals";
import { memberOfKey } from "../../../functions/signaling/peers.ts";
import { answerOf, candidate, offer, offer2, payloads } from "./frames-to-send.ts";
import { announced, master } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";
import { unavailable } from "./relay-world.ts";

const got = (world: ReturnType<typeof orderWorld>, connection: string) =>
  world.received
    .filter(({ connectionId, frameId }) => connectionId === connection && frameId !== undefined)
    .map(({ frameId }) => frameId);

describe("an offer that nobody has answered", () => {
  test("goes again to the page that replaces the master's, with the same id, before its candidates", async () => {
    const world = orderWorld();
    await world.instance()(offer, "o", start);
    await world.instance()(candidate(1), "c1", start + 1);
    world.posting.set("m1", "gone");
    await world.connect(master, "m2", start + 2_000);
    await world.instance()(candidate(2), "c2", start + 2_001);
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o", "c2"]);
    expect(world.rowOf(pair).state.connection).toMatchObject({ id: "m2" });
    // And once more, to the next page.
    await world.connect(master, "m3", start + 3_000);
    await world.workQueue();
    expect(got(world, "m3")).toEqual(["o"]);
  });

  test("goes once to the new page though the answer to the write before it was lost until then", async () => {
    let writes = 0;
    let refreshed = false;
    const world = orderWorld({
      // The first takes the lease, the second says that the offer was posted to the old page, the third finds that out.
      answerLost: () => {
        writes += 1;
        return writes === 2;
      },
      turn: async (what) => {
        if (what !== "write" || writes !== 2 || refreshed) return;
        refreshed = true;
        world.posting.set("m1", "gone");
        world.now = start + 10;
        await world.connect(master, "m2", start + 10);
        await world.workQueue();
      },
    });
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    await world.instance()(candidate(1), "c1", start + 11);
    await world.passTime(start + 4_000);
    expect(got(world, "m2")).toEqual(["o", "c1"]);
  });

  test("goes once to the new page though a numbered candidate that reached the old one is written after it", async () => {
    let refreshes = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "write" || !world.received.some(({ frameId }) => frameId === "c1") || refreshes > 0)
          return;
        refreshes += 1;
        world.posting.set("m1", "gone");
        world.now = start + 20;
        await world.connect(master, "m2", start + 20);
        await world.workQueue();
      },
    });
    await world.instance()({ ...offer, seq: 1 }, "o", start);
    expect(await world.instance()({ ...candidate(1), seq: 2 }, "c1", start + 10)).toBe("delivered");
    expect(refreshes).toBe(1);
    // The worker looks once more, for whatever reason.
    await world.queue.wakeUps.send(
      { v: 2, kind: "waiting", ...memberOfKey(pair.recipient), sender: pair.sender },
      "again",
    );
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o"]);
    expect(world.rowOf(pair).state.connection).toMatchObject({ id: "m2" });
  });

  test("is not followed twice by the one that takes its place while it is sent again", async () => {
    let isFirst = true;
    const world = orderWorld({
      turn: async (what) => {
        // Before the worker's lease.
        if (what !== "write" || world.peers.get("acme#lobby#MASTER")?.connectionId !== "m2" || !isFirst)
          return;
        isFirst = false;
        expect(await world.instance()(offer2, "o2", start + 2_001)).toBe("delivered");
      },
    });
    await world.instance()(offer, "o1", start);
    world.posting.set("m1", "gone");
    await world.connect(master, "m2", start + 2_000);
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o2"]);
  });

  test("goes a second later when the pairs table fails while the worker has the lease", async () => {
    let reads = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "read") return;
        reads += 1;
        // The first is of the offer's row, the second asks for an answer to it.
        if (reads === 2) throw unavailable;
      },
    });
    await world.instance()(offer, "o", start);
    world.posting.set("m1", "gone");
    await world.connect(master, "m2", start);
    await world.passTime(start + 2_000);
    expect(got(world, "m2")).toEqual(["o"]);
  });

  test("does not go again to the same running client", async () => {
    const world = orderWorld();
    world.present(announced(master), "m1");
    await world.instance()(offer, "o", start);
    await world.connect(announced(master), "m2", start + 1);
    await world.workQueue();
    expect(got(world, "m2")).toEqual([]);
  });

  test("goes to another instance of an announced client", async () => {
    const world = orderWorld();
    world.present(announced(master, "tab-1"), "m1");
    await world.instance()(offer, "o", start);
    await world.connect(announced(master, "tab-2"), "m2", start + 1);
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o"]);
  });

  test("does not go again once it was answered, nor after its time", async () => {
    const world = orderWorld();
    await world.instance()(offer, "o", start);
    const answer = { ...answerOf("mmmm"), recipientClientId: "ada" };
    expect(await world.instance(master, "m1")(answer, "a", start + 1)).toBe("delivered");
    await world.connect(master, "m2", start + 2);
    await world.workQueue();
    expect(got(world, "m2")).toEqual([]);
    expect(await world.instance()(candidate(1), "c", start + 3)).toBe("delivered");

    const late = orderWorld();
    await late.instance()(offer, "o", start);
    late.now = start + 60_000;
    await late.connect(master, "m2");
    await late.workQueue();
    expect(got(late, "m2")).toEqual([]);
  });

  test("is tried again when the new page cannot be reached yet", async () => {
    const world = orderWorld();
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2", start + 1);
    world.posting.set("m2", ["gone", "unavailable", "delivered"]);
    await world.workQueue();
    expect(world.workerLines()).toMatchObject([{ outcome: "retried", code: "unavailable" }]);
    await world.passTime(start + 1_000);
    expect(got(world, "m2")).toEqual(["o"]);
  });

  test("goes in the first invocation of the worker when the new page is open a moment later", async () => {
    const pauses: number[] = [];
    const world = orderWorld({
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        if (pauses.length === 2) world.posting.delete("m2");
      },
    });
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2", start + 1);
    world.posting.set("m2", "gone");
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o"]);
    expect(pauses).toEqual([25, 75]);
    expect(world.workerLines()).toMatchObject([{ outcome: "served", receiveCount: 1 }]);
  });

  test("is not tried again when it may have reached the new page, or never can", async () => {
    for (const posting of ["unknown_arrived", "refused"] as const) {
      const world = orderWorld();
      await world.instance()(offer, "o", start);
      await world.connect(master, "m2", start + 1);
      world.posting.set("m2", [posting]);
      await world.workQueue();
      await world.passTime(start + 30_000);
      expect(got(world, "m2")).toHaveLength(posting === "refused" ? 0 : 1);
      expect(world.rowOf(pair).state.offer).toBeUndefined();
    }
  });
});

test("candidates do not follow an offer of which nobody knows whether it reached the new page", async () => {
  const world = orderWorld();
  await world.instance()(offer, "o", start);
  world.posting.set("m1", "gone");
  await world.connect(master, "m2", start + 1);
  expect(await world.instance()(candidate(1), "c1", start + 2)).toBe("queued");
  world.posting.set("m2", ["unknown"]);
  await world.workQueue();
  expect(world.reports()).toEqual([["c1", "unknown"]]);
  expect(await world.instance()(candidate(2), "c2", start + 3)).toBe("unknown");
  expect(await world.instance()(offer2, "o2", start + 4)).toBe("delivered");
  expect(got(world, "m2")).toEqual(["o2"]);
});

test("an SDP that comes while an offer is sent again follows it", async () => {
  const world = orderWorld();
  await world.instance()(offer, "o1", start);
  world.posting.set("m1", "gone");
  await world.connect(master, "m2", start + 1);
  const [, code] = await Promise.all([world.workQueue(), world.instance()(offer2, "o2", start + 2)]);
  expect(code).toMatch(/^(delivered|queued)$/);
  await world.passTime(start + 5_000);
  expect(got(world, "m2").at(-1)).toBe("o2");
  expect(world.payloads().filter((one) => one === payloads(offer2)[0])).toHaveLength(1);
});
