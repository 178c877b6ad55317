import { describe, expect, test } from "@jest/globals";
import { answerOf, candidate, offer } from "./frames-to-send.ts";
import { limits, master, viewer } from "./identities.ts";
import { orderWorld, start } from "./order-world.ts";
import { queueUnavailable } from "./relay-world.ts";

describe("a frame that is left for an absent recipient", () => {
  test("needs no message: the recipient finds it when it comes", async () => {
    const world = orderWorld();
    world.absent(master);
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(world.queue.messages()).toEqual([]);
  });

  test("wakes the worker when the recipient has come meanwhile", async () => {
    let finds = 0;
    const world = orderWorld({
      turn: async (what) => {
        if (what === "find" && ++finds === 2) world.present(master, "m2");
      },
    });
    world.absent(master);
    expect(await world.instance()(offer, "o", start)).toBe("queued");
    expect(world.queue.messages()).toEqual([
      { v: 2, kind: "waiting", channel: "acme#lobby", name: "MASTER", sender: "ada" },
    ]);
  });

  test("is taken back, and refused, when the plan's mailbox is full", async () => {
    const world = orderWorld();
    world.absent(master);
    const sender = { ...viewer, limits: { ...limits, mailboxDepth: 1 } };
    expect(await world.instance(sender)(offer, "o1", start)).toBe("queued");
    const bob = { ...sender, clientId: "bob" };
    expect(await world.instance(bob, "b1")(offer, "o2", start + 1)).toBe("mailbox_full");
    expect(world.waiting()).toMatchObject([{ frameId: "o1" }]);
    // Its negotiation has ended, so its candidates do not wait in vain.
    expect(await world.instance(bob, "b1")(candidate(1), "c", start + 2)).toBe("expired");
  });

  test("stays when it was passed on before it could be taken back", async () => {
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "waitingFor") return;
        const row = world.rowOf({ recipient: "acme#lobby#MASTER", sender: "ada" });
        await world.writePair({ recipient: "acme#lobby#MASTER", sender: "ada" }, row, {
          ...row,
          waiting: [],
        });
      },
    });
    world.absent(master);
    const sender = { ...viewer, limits: { ...limits, mailboxDepth: 1 } };
    const bob = { ...sender, clientId: "bob" };
    world.present(viewer, "a1");
    await world.instance(bob, "b1")(offer, "o0", start);
    await world.instance({ ...sender, clientId: "eve" }, "e1")(offer, "o1", start);
    expect(await world.instance(sender)(offer, "o2", start + 1)).toBe("queued");
  });
});

describe("when the queue fails", () => {
  const failing = () =>
    orderWorld({
      wakeUps: {
        send: async () => {
          throw queueUnavailable;
        },
      },
    });

  test("a candidate is taken back and refused, to be sent again", async () => {
    const world = failing();
    const send = world.instance();
    await send(offer, "o", start);
    world.posting.set("m1", ["unavailable"]);
    expect(await send(candidate(1), "c", start + 1)).toBe("delivery_unavailable");
    expect(world.waiting()).toEqual([]);
    expect(await send(candidate(1), "c", start + 1)).toBe("delivered");
  });

  test("frames that were accepted before stay, and are reported when their time is over", async () => {
    let fails = true;
    const world = orderWorld({
      turn: async (what) => {
        if (what === "send" && fails) throw queueUnavailable;
      },
    });
    await world.instance()(candidate(1), "c1", start);
    world.posting.set("m1", ["delivered", "unavailable"]);
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(world.waiting()).toMatchObject([{ frameId: "c1" }]);
    fails = false;
    await world.passTime(start + 120_000);
    expect(world.reports()).toEqual([["c1", "expired"]]);
  });

  test("for good, that is a fault of ours", async () => {
    const world = orderWorld({
      wakeUps: {
        send: async () => {
          throw new Error("denied");
        },
      },
    });
    world.posting.set("m1", ["delivered", "unavailable", "unavailable"]);
    await world.instance()(answerOf("aaaa"), "a", start);
    expect(await world.instance()(candidate(1), "c", start + 1)).toBe("internal");
  });
});
