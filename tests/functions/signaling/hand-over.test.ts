import { describe, expect, test } from "@jest/globals";
import { candidate, offer, offer2 } from "./frames-to-send.ts";
import { announced, master, viewer } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";
import { unavailable } from "./relay-world.ts";

const bob = { ...viewer, clientId: "bob" };
const got = (world: ReturnType<typeof orderWorld>, connection: string) =>
  world.received
    .filter(({ connectionId, frameId }) => connectionId === connection && frameId !== undefined)
    .map(({ frameId }) => frameId);
const departures = (world: ReturnType<typeof orderWorld>) =>
  world.queue.messages().filter(({ kind }) => kind === "departure");

describe("what waits for a member that comes", () => {
  test("is handed over from every sender, each one's in order, and each is told", async () => {
    const world = orderWorld();
    world.absent(master);
    world.present(bob, "b1");
    await world.instance()(offer, "o1", start);
    await world.instance(bob, "b1")(offer2, "o2", start + 1);
    await world.instance()(candidate(1), "c1", start + 2);
    await world.instance(bob, "b1")(candidate(2, "bbbb"), "c2", start + 3);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(got(world, "m2").filter((id) => /1$/.test(String(id)))).toEqual(["o1", "c1"]);
    expect(got(world, "m2").filter((id) => /2$/.test(String(id)))).toEqual(["o2", "c2"]);
    expect(world.reports()).toEqual([
      ["o1", "delivered"],
      ["c1", "delivered"],
    ]);
    const told = world.received.filter(({ connectionId }) => connectionId === "b1");
    expect(told).toMatchObject([
      { reports: [{ frameId: "o2", recipientClientId: "MASTER" }, { frameId: "c2" }] },
    ]);
  });

  test("waits a moment for the handshake to be completed, and then for the queue", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2");
    // The first try and four more in each invocation.
    world.posting.set("m2", [...Array(6).fill("gone"), "delivered"]);
    await world.workQueue();
    expect(world.workerLines()).toMatchObject([{ outcome: "retried", code: "not_open_yet" }]);
    await world.passTime(start + 1_000);
    expect(world.workerLines()).toMatchObject([{}, { outcome: "served", receiveCount: 2 }]);
    expect(got(world, "m2")).toEqual(["o"]);
    expect(world.reports()).toEqual([["o", "delivered"]]);
  });

  test("is not given to a connection that is closed: its row goes, others are told, the next one gets it", async () => {
    const world = orderWorld();
    world.present(announced(viewer), "a1", start - 3_600_000);
    world.posting.set("m1", "gone");
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    await world.workQueue();
    expect(world.peers.has("acme#lobby#MASTER")).toBe(false);
    expect(world.received).toMatchObject([
      { connectionId: "a1", messageType: "PRESENCE", event: "left", members: [{ cause: "gone" }] },
    ]);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o"]);
  });

  test("leaves the row of a connection that came meanwhile alone", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what === "remove") world.present(master, "m2");
      },
    });
    world.posting.set("m1", "gone");
    await world.instance()(offer, "o", start);
    await world.workQueue();
    expect(world.peers.get("acme#lobby#MASTER")).toMatchObject({ connectionId: "m2" });
    expect(departures(world)).toEqual([]);
  });

  test("ends when its time is over, though the member is absent", async () => {
    const world = orderWorld();
    world.absent(master);
    world.now = start + 1;
    await world.instance()(offer, "o", start + 1);
    await world.passTime(start + 119_999);
    expect(world.reports()).toEqual([]);
    await world.passTime(start + 120_000);
    expect(world.reports()).toEqual([["o", "expired"]]);
    expect(world.waiting()).toEqual([]);
  });

  test("is looked at again while another invocation posts for the same pair", async () => {
    const world = orderWorld();
    world.absent(master);
    await world.instance()(offer, "o", start);
    const row = world.rowOf(pair);
    const lease = { holder: "another", until: start + 15_000 };
    await world.writePair(pair, row, { state: { ...row.state, lease } });
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.workerLines().at(-1)).toMatchObject({ outcome: "retried", code: "sdp_in_flight" });
    await world.passTime(start + 15_000);
    expect(got(world, "m2")).toEqual(["o"]);
  });

  test("is served again when one sender's row cannot be read, and no one else's twice", async () => {
    let reads = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (failing && what === "read" && ++reads === 1) throw unavailable;
      },
    });
    let failing = false;
    world.absent(master);
    world.present(bob, "b1");
    await world.instance()(offer, "o1", start);
    await world.instance(bob, "b1")(offer2, "o2", start + 1);
    failing = true;
    await world.connect(master, "m2");
    await world.workQueue();
    expect(world.workerLines().at(-1)).toMatchObject({
      outcome: "retried",
      code: "unavailable",
      released: 1,
    });
    await world.passTime(start + 1_000);
    expect(got(world, "m2").toSorted()).toEqual(["o1", "o2"]);
  });

  test("is reported by the queue when its sender cannot be looked up", async () => {
    let finds = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what === "find" && ++finds === 4) throw unavailable;
      },
    });
    world.absent(master);
    await world.instance()(offer, "o", start);
    await world.connect(master, "m2");
    await world.workQueue();
    expect(got(world, "m2")).toEqual(["o"]);
    expect(finds).toBeGreaterThan(4);
    expect(world.reports()).toEqual([["o", "delivered"]]);
  });

  test.each([
    ["while the worker pauses, goes in the same invocation", 75, 0],
    ["later, goes a second later", Number.POSITIVE_INFINITY, 1_000],
  ])("behind an offer that is in flight, and comes %s", async (_, comesAt, within) => {
    const posting = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let posts = 0;
    const world = orderWorld({
      pause: async (milliseconds) => {
        if (milliseconds !== comesAt) return;
        posting.resolve();
        await sent;
      },
      turn: async (what) => {
        if (what !== "posted" || posts++ > 0) return;
        begun.resolve();
        await posting.promise;
      },
    });
    const sent = world.instance()(offer, "o", start);
    await begun.promise;
    await world.connect(master, "m2", start + 1);
    await world.workQueue();
    expect(got(world, "m2")).toEqual(within === 0 ? ["o"] : []);
    posting.resolve();
    expect(await sent).toBe("delivered");
    await world.passTime(start + within);
    expect(got(world, "m2")).toEqual(["o"]);
  });
});
