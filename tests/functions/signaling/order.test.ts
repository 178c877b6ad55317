import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { answerOf, candidateOf, offerOf, orderWorld, start } from "./order-world.ts";
import { unavailable } from "./relay-world.ts";

const offer = offerOf("aaaa");
const offer2 = offerOf("bbbb");
const candidate = (number: number, ufrag = "aaaa") => candidateOf(ufrag, `candidate:${number}`);
const payloads = (...frames: readonly { messagePayload: string }[]) =>
  frames.map(({ messagePayload }) => messagePayload);
const receivedBy = ({ received }: ReturnType<typeof orderWorld>) => received.map(({ payload }) => payload);

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

test("a late answer behind a newer offer is delivered by the worker too", async () => {
  const world = orderWorld();
  world.connection = undefined;
  await world.instance()(answerOf("aaaa"), "a", start);
  world.connection = "m1";
  await world.instance()(offer2, "o", start + 1);
  await world.workQueue();
  expect(receivedBy(world)).toEqual(payloads(offer2, answerOf("aaaa")));
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
