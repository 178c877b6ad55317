import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  candidate,
  candidateOf,
  offer,
  offer2,
  offerOf,
  orderWorld,
  payloads,
  receivedBy,
  start,
} from "./order-world.ts";

describe("a candidate", () => {
  test("that comes before its SDP waits, and follows it", async () => {
    const world = orderWorld();
    expect(await world.instance()(candidate(1), "c1", start + 2)).toBe("queued");
    expect(await world.instance()(candidate(2), "c2", start + 1)).toBe("queued");
    expect(receivedBy(world)).toEqual([]);
    expect(await world.instance()(offer, "o", start)).toBe("delivered");
    expect(receivedBy(world)).toEqual(payloads(offer, candidate(1), candidate(2)));
    expect(world.lines().at(-1)).toMatchObject({
      outcome: "delivered",
      released: 2,
      superseded: 0,
      expired: 0,
    });
    expect(world.rows.get("acme#lobby#ada>MASTER")?.held).toEqual([]);
  });

  test("makes one call on an instance that knows the pair, and two on a new one", async () => {
    const world = orderWorld();
    const first = world.instance();
    await first(offer, "o", start);
    expect(world.calls).toEqual(expect.arrayContaining(["read", "write", "find", "post", "write"]));
    expect(world.calls.splice(0)).toHaveLength(5);
    await first(candidate(1), "c1", start + 1);
    expect(world.calls.splice(0)).toEqual(["post"]);
    const second = world.instance();
    await second(candidate(2), "c2", start + 2);
    expect(world.calls.splice(0)).toEqual(["read", "post"]);
    await second(candidate(3), "c3", start + 3);
    expect(world.calls.splice(0)).toEqual(["post"]);
  });

  test("looks its recipient up again after five seconds, so that the newest connection wins", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.connection = "m2";
    world.now = start + 4_999;
    await warm(candidate(1), "c1", start + 1);
    expect(world.received.at(-1)).toMatchObject({ connectionId: "m1" });
    world.now = start + 5_000;
    world.calls.splice(0);
    await warm(candidate(2), "c2", start + 2);
    expect(world.calls.splice(0)).toEqual(["read", "find", "post"]);
    expect(world.received.at(-1)).toMatchObject({ connectionId: "m2" });
  });

  test.each(["warm", "new"])(
    "whose known connection is gone reaches the newest at once (%s)",
    async (which) => {
      const world = orderWorld();
      const warm = world.instance();
      await warm(offer, "o", start);
      world.connection = "m2";
      world.posting.set("m1", "gone");
      const send = which === "warm" ? warm : world.instance();
      expect(await send(candidate(1), "c1", start + 1)).toBe("delivered");
      expect(world.received.at(-1)).toEqual({ connectionId: "m2", payload: payloads(candidate(1))[0] });
      world.calls.splice(0);
      expect(await send(candidate(2), "c2", start + 2)).toBe("delivered");
      expect(world.calls).toEqual(["post"]);
    },
  );

  test("is queued when the only connection is gone", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o", start);
    world.posting.set("m1", "gone");
    expect(await warm(candidate(1), "c1", start + 1)).toBe("queued");
    world.connection = "m2";
    await world.workQueue();
    expect(world.received.at(-1)).toMatchObject({ connectionId: "m2" });
    expect(world.queued).toEqual([]);
  });

  test("of a negotiation that a newer SDP replaced is dropped and told so", async () => {
    const world = orderWorld();
    await world.instance()(offer, "o1", start);
    await world.instance()(offer2, "o2", start + 10);
    // Sent before the new SDP, and after it.
    expect(await world.instance()(candidate(1), "c1", start + 5)).toBe("superseded");
    expect(await world.instance()(candidate(2), "c2", start + 15)).toBe("superseded");
    expect(await world.instance()(candidate(3, "bbbb"), "c3", start + 16)).toBe("delivered");
    expect(world.lines().filter(({ code }) => code === "superseded")).toMatchObject([
      { outcome: "refused" },
      { outcome: "refused" },
    ]);
  });

  test("of a replaced negotiation that waits is dropped when the newer SDP comes", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start + 1);
    await world.instance()(offer2, "o2", start + 10);
    expect(receivedBy(world)).toEqual(payloads(offer2));
    expect(world.lines().at(-1)).toMatchObject({ released: 0, superseded: 1 });
  });

  test("of the next negotiation waits though the gate of this one is open", async () => {
    const world = orderWorld();
    const warm = world.instance();
    await warm(offer, "o1", start);
    expect(await warm(candidate(1, "bbbb"), "c1", start + 11)).toBe("queued");
    expect(await warm(candidate(2), "c2", start + 3)).toBe("delivered");
    await world.instance()(offer2, "o2", start + 10);
    expect(receivedBy(world)).toEqual(payloads(offer, candidate(2), offer2, candidate(1, "bbbb")));
  });

  test("may belong to any m-section of its SDP, or name its ufrag in its text only", async () => {
    const world = orderWorld();
    await world.instance()(offerOf("aaaa", "cccc"), "o1", start);
    expect(await world.instance()(candidate(1, "cccc"), "c1", start + 1)).toBe("delivered");
    const named = candidateOf(undefined, "candidate:1 1 udp 1 192.0.2.1 9 typ host ufrag zzzz network-id 1");
    expect(await world.instance()(named, "c2", start + 2)).toBe("queued");
    expect(await world.instance()(candidateOf(undefined), "c3", start + 3)).toBe("delivered");
  });

  test("is refused when 64 wait already, or when it is long", async () => {
    const world = orderWorld();
    const send = world.instance();
    for (let number = 0; number < 64; number += 1) await send(candidate(number), `c${number}`, start);
    expect(await send(candidate(64), "c64", start)).toBe("too_many_waiting");
    const long = orderWorld().instance();
    expect(await long(candidateOf("aaaa", "x".repeat(3_100)), "c", start)).toBe("too_many_waiting");
  });

  test("that waited a minute is dropped and counted when an SDP comes after all", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start);
    world.now = start + 60_000;
    await world.instance()(offer, "o", start);
    expect(receivedBy(world)).toEqual(payloads(offer));
    expect(world.lines().at(-1)).toMatchObject({ released: 0, expired: 1 });
  });

  test("left behind by an invocation that died is passed on by the next", async () => {
    const world = orderWorld();
    await world.instance()(candidate(1), "c1", start);
    await world.instance()(offer, "o", start);
    const row = world.rows.get("acme#lobby#ada>MASTER");
    if (!row?.gate) throw new Error("no row");
    const order = row.gate.order;
    const lost = { ...JSON.parse(JSON.stringify(world.queued[0] ?? null)) };
    expect(lost).toEqual({});
    // As if the invocation had opened the gate and died before it passed on what waited.
    const waiting = orderWorld();
    await waiting.instance()(candidate(1), "c1", start);
    const held = waiting.rows.get("acme#lobby#ada>MASTER")?.held ?? [];
    world.rows.set("acme#lobby#ada>MASTER", {
      version: row.version,
      gate: { ...row.gate, posting: { order, by: "relay", until: start + 15_000 } },
      held,
    });
    world.received.splice(0);
    await world.instance()(candidate(2), "c2", start);
    expect(receivedBy(world)).toEqual(payloads(candidate(2)));
    world.now = start + 15_000;
    await world.instance()(candidate(3), "c3", start);
    expect(receivedBy(world)).toEqual(payloads(candidate(2), candidate(3), candidate(1)));
  });
});

test("a queued candidate whose next SDP is not there yet waits in the row, and stops nobody", async () => {
  const world = orderWorld();
  const warm = world.instance();
  await warm(offer, "o1", start);
  world.connection = undefined;
  world.posting.set("m1", "gone");
  await warm(candidate(1), "c1", start + 1);
  world.connection = "m2";
  // The same ufrag is negotiated again, and that SDP has not been delivered.
  const row = world.rows.get("acme#lobby#ada>MASTER");
  if (!row?.gate) throw new Error("no row");
  world.rows.set("acme#lobby#ada>MASTER", { ...row, gate: { ...row.gate, state: "closed" } });
  await world.workQueue();
  expect(world.queued).toEqual([]);
  expect(world.rows.get("acme#lobby#ada>MASTER")?.held).toMatchObject([{ frameId: "c1" }]);
});

describe("however the steps of concurrent invocations interleave", () => {
  /** Two negotiations of one socket; each frame in an instance that is new, or one of two that are warm. */
  const frames = fc.array(
    fc.record({
      kind: fc.constantFrom("candidate", "offer", "restart"),
      instance: fc.constantFrom(0, 1, 2),
    }),
    { minLength: 2, maxLength: 9 },
  );

  test("no candidate goes before its SDP, none comes twice, none of the last negotiation is lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), frames, fc.boolean(), async (scheduler, script, away) => {
        const world = orderWorld({ turn: () => scheduler.schedule(Promise.resolve()) });
        if (away) world.connection = undefined;
        const warm = [world.instance(), world.instance()];
        // The first is always an offer; `restart` is an offer with new ICE, `offer` one with the same.
        let negotiation = 0;
        const sent = [{ kind: "offer", instance: 0 } as const, ...script].map(({ kind, instance }, index) => {
          if (kind === "restart") negotiation += 1;
          const ufrag = `uuu${negotiation}`;
          const frame =
            kind === "candidate"
              ? candidateOf(ufrag, `candidate:${index}`)
              : {
                  action: "SDP_OFFER",
                  messagePayload: Buffer.from(
                    JSON.stringify({ type: "offer", sdp: `a=ice-ufrag:${ufrag}\r\ns=${index}` }),
                  ).toString("base64"),
                };
          return { ...frame, kind, ufrag, index, send: warm[instance] ?? world.instance() };
        });
        const answers = Promise.all(
          sent.map(({ send, index, kind, ufrag, ...frame }) => send(frame, `f${index}`, start + index)),
        );
        // The master comes, and the worker runs, while frames are on their way.
        const working = (async () => {
          for (let pass = 0; pass < 4; pass += 1) {
            await scheduler.schedule(Promise.resolve());
            await world.workQueue();
            if (pass === 1) world.connection = "m1";
          }
        })();
        await scheduler.waitFor(Promise.all([answers, working]));
        const codes = await answers;
        for (let pass = 0; pass < 12 && world.queued.length > 0; pass += 1) {
          await scheduler.waitFor(world.workQueue());
        }
        expect(world.queued).toEqual([]);

        const received = receivedBy(world).map((payload) => {
          const frame = sent.find(({ messagePayload }) => messagePayload === payload);
          if (!frame) throw new Error("a frame that nobody sent");
          return frame;
        });
        // None twice.
        expect(new Set(received).size).toBe(received.length);
        // SDPs in the order in which they were sent.
        const sdps = received.filter(({ kind }) => kind !== "candidate").map(({ index }) => index);
        expect(sdps).toEqual(sdps.toSorted((one, other) => one - other));
        // No candidate before an SDP of its negotiation.
        for (const [position, { kind, ufrag }] of received.entries()) {
          if (kind !== "candidate") continue;
          const before = received.slice(0, position);
          expect(before.some((one) => one.kind !== "candidate" && one.ufrag === ufrag)).toBe(true);
        }
        // The newest SDP arrives, and every candidate of its negotiation that was accepted.
        const newest = sent.findLast(({ kind }) => kind !== "candidate");
        expect(received).toContain(newest);
        for (const one of sent) {
          if (one.kind !== "candidate" || one.ufrag !== newest?.ufrag) continue;
          expect(codes[one.index]).toMatch(/^(delivered|queued)$/);
          expect(received).toContain(one);
        }
        // What was told to be delivered was.
        for (const one of sent) if (codes[one.index] === "delivered") expect(received).toContain(one);
        for (const one of sent) if (codes[one.index] === "superseded") expect(received).not.toContain(one);
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
