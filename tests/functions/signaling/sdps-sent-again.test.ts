import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { answerOf, candidateOf, offer, offer2, offerOf } from "./frames-to-send.ts";
import { announced, master, viewer } from "./identities.ts";
import { orderWorld, pair, start } from "./order-world.ts";

const page = announced(viewer, "page");
/** Of one page, by their correlation ids. */
const frames: Readonly<Record<string, { readonly messagePayload: string }>> = {
  first: offerOf("u1"),
  second: offerOf("u2"),
  answer: answerOf("u3"),
  c1: candidateOf("u1", "candidate:1"),
  c2: candidateOf("u2", "candidate:2"),
};

/** Sends of one page by new instances. What comes again with its correlation id has a message id of its own. */
function sendsIn(world: ReturnType<typeof orderWorld>) {
  let sends = 0;
  return (
    correlationId: string,
    sentAt: number,
    frame: object = frames[correlationId] ?? {},
  ): Promise<string> => {
    sends += 1;
    const ids = { requestId: `r-${sends}`, messageId: `x${sends}` };
    return world.instance(page)(frame, correlationId, sentAt, ids);
  };
}

const offersAt = (world: ReturnType<typeof orderWorld>, connection: string) =>
  world.received
    .filter(({ connectionId, messageType }) => connectionId === connection && messageType === "SDP_OFFER")
    .map(({ messagePayload }) => messagePayload);

describe("an offer that its sender takes for the newest, and the server does not", () => {
  // Sent in one millisecond, they have the order of their frame ids: `b` is before `a`.
  const inOneMillisecond = async (send: ReturnType<typeof sendsIn>, ids: readonly string[]) => {
    const codes: string[] = [];
    for (const id of ids) codes.push(await send(id, start, id === "a" ? offer : offer2));
    return codes;
  };

  test("does not come again when it is sent again", async () => {
    const world = orderWorld();
    const send = sendsIn(world);
    expect(await inOneMillisecond(send, ["b", "a"])).toEqual(["delivered", "delivered"]);
    expect(await send("b", start + 50, offer2)).toBe("delivered");
    expect(offersAt(world, "m1")).toEqual([offer2.messagePayload, offer.messagePayload]);
  });

  test("stays superseded when it is sent again", async () => {
    const world = orderWorld();
    const send = sendsIn(world);
    expect(await inOneMillisecond(send, ["a", "b"])).toEqual(["delivered", "superseded"]);
    expect(await send("b", start + 50, offer2)).toBe("superseded");
    expect(offersAt(world, "m1")).toEqual([offer.messagePayload]);
  });

  test("is unknown when it is sent again while it is posted", async () => {
    const posted = Promise.withResolvers<void>();
    const posting = Promise.withResolvers<void>();
    const world = orderWorld({
      turn: async (what) => {
        if (what !== "post") return;
        posting.resolve();
        await posted.promise;
      },
    });
    const send = sendsIn(world);
    const first = send("b", start, offer2);
    await posting.promise;
    expect(await send("a", start, offer)).toBe("queued");
    expect(await send("b", start + 50, offer2)).toBe("unknown");
    posted.resolve();
    expect(await first).toBe("delivered");
    expect(await send("b", start + 60, offer2)).toBe("delivered");
    expect(offersAt(world, "m1")).toEqual([offer2.messagePayload, offer.messagePayload]);
  });

  test("stays unknown when it is sent again, if nobody knows whether it arrived", async () => {
    const world = orderWorld();
    const send = sendsIn(world);
    world.posting.set("m1", ["unknown", "delivered"]);
    expect(await inOneMillisecond(send, ["b", "a"])).toEqual(["unknown", "delivered"]);
    expect(await send("b", start + 50, offer2)).toBe("unknown");
  });

  test("uses up its number when nobody knows what became of it, so that the next does not wait for it", async () => {
    // The invocation that posted the first cannot write that it must wait, so its lease stays.
    const failing = [false, true];
    const world = orderWorld({ writeFails: () => failing.shift() === true });
    const send = sendsIn(world);
    world.posting.set("m1", ["unavailable", "delivered"]);
    const [one, two] = [offerOf("u1"), offerOf("u2")].map((frame, index) => ({ ...frame, seq: index + 1 }));
    expect(await send("first", start, one)).toBe("delivery_unavailable");
    expect(await send("second", start + 1, two)).toBe("queued");
    expect(await send("first", start + 2, one)).toBe("unknown");
    await world.passTime(start + 60_000);
    const toMaster = world.received.filter(({ connectionId }) => connectionId === "m1");
    expect(toMaster.map(({ messageType, seq }) => [messageType, seq])).toEqual([["SDP_OFFER", 2]]);
  });

  test("is remembered beside the last eight that were overtaken", async () => {
    const world = orderWorld();
    const send = sendsIn(world);
    for (let number = 0; number < 10; number += 1) await send(`o${number}`, start + number, offerOf("u"));
    expect(world.rowOf(pair).state.overtaken).toHaveLength(8);
    expect(await send("o1", start + 20, offerOf("u"))).toBe("delivered");
    expect(offersAt(world, "m1")).toHaveLength(10);
  });
});

test("an offer that came too late is told so though that cannot be remembered", async () => {
  let writes = 0;
  // Two of the newer one, then one that finds it, and the one that is to remember.
  const world = orderWorld({
    writeFails: () => {
      writes += 1;
      return writes === 4;
    },
  });
  const send = sendsIn(world);
  expect(await send("second", start + 1)).toBe("delivered");
  expect(await send("first", start)).toBe("superseded");
  expect(writes).toBe(4);
});

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      id: fc.constantFrom(...Object.keys(frames)),
      // Sends of one millisecond.
      together: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("work", "refresh", "resume", "pass time") }) },
);

const script = fc.record({
  events: fc.array(event, { minLength: 2, maxLength: 12 }),
  announces: fc.boolean(),
  posting: fc.array(
    fc.constantFrom("delivered" as const, "delivered" as const, "unavailable" as const, "refused" as const),
    { maxLength: 8 },
  ),
  failedWrites: fc.oneof(fc.constant([]), fc.array(fc.boolean(), { maxLength: 12 })),
});

test("no SDP comes twice to one page, however often and at once it is sent again, and delivered is what arrived", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), script, async (scheduler, { events, announces, ...trouble }) => {
      const [posting, failedWrites] = [[...trouble.posting], [...trouble.failedWrites]];
      let scheduling = true;
      const world = orderWorld({
        turn: async (what) => {
          if (scheduling) await scheduler.schedule(Promise.resolve(), what);
        },
        writeFails: () => scheduling && failedWrites.shift() === true,
        posting: (connection) => (connection === "a1" ? "delivered" : (posting.shift() ?? "delivered")),
      });
      const pages = ["m1"];
      const instance = () => (announces ? announced(master, `page-${pages.length}`) : master);
      world.present(instance(), "m1", start - 60_000);
      const pageOf = new Map([["m1", "m1"]]);
      const send = sendsIn(world);
      const codes = new Map<string, readonly string[]>();
      let sentAt = start;
      const begin = (one: (typeof events)[number]): Promise<unknown> => {
        if ("id" in one) {
          if (!one.together) sentAt += 1;
          return send(one.id, sentAt).then((code) => codes.set(one.id, [...(codes.get(one.id) ?? []), code]));
        }
        if (one.kind === "work") return world.workQueue();
        if (one.kind === "pass time") {
          world.now += 6_000;
          return Promise.resolve();
        }
        const id = `m${pageOf.size + 1}`;
        if (one.kind === "refresh" || !announces) pages.push(id);
        pageOf.set(id, pages.at(-1) ?? "");
        return world.connect(instance(), id, world.now + pageOf.size);
      };
      await scheduler.waitFor(Promise.all(events.map(begin)));
      scheduling = false;
      await world.passTime(world.now + 200_000);
      const payloadsThere = world.received
        .filter(({ connectionId }) => connectionId !== "a1")
        .map(({ messagePayload }) => messagePayload);
      for (const [id, frame] of Object.entries(frames)) {
        const told = [
          ...(codes.get(id) ?? []),
          ...world.reports().flatMap(([one, end]) => (one === id ? [end] : [])),
        ];
        if (told.includes("delivered")) expect(payloadsThere).toContain(frame.messagePayload);
      }
      const arrivals = world.received
        .filter(({ messageType, connectionId }) => messageType.startsWith("SDP") && connectionId !== "a1")
        .map(({ connectionId, frameId }) => `${pageOf.get(connectionId)} ${frameId}`);
      expect(arrivals).toEqual([...new Set(arrivals)]);
    }),
    { numRuns: 2_000 },
  );
});
