import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Played, play } from "./order-play.ts";
import { scripts } from "./order-script.ts";

/** What arrived at the master's connections: each frame where it came first. A kill may have it come again. */
function firstArrivals({ world, sent }: Played) {
  const known = new Map(sent.map((one) => [one.id, one] as const));
  const seen = new Set<string>();
  return world.received.flatMap(({ connectionId, frameId }) => {
    const one = known.get(String(frameId));
    if (connectionId === "a1" || !one || seen.has(one.id)) return [];
    seen.add(one.id);
    return [one];
  });
}

function noCandidateGoesFirst(played: Played): void {
  const had = new Set<string>();
  for (const one of firstArrivals(played)) {
    if (one.kind === "candidate") expect([one.id, had.has(one.ufrag)]).toEqual([one.id, true]);
    else had.add(one.ufrag);
  }
}

/** Offers among themselves, and answers; with numbers all frames. */
function theOrderIsKept(played: Played): void {
  const arrived = firstArrivals(played);
  const orders = played.numbered
    ? [arrived.map(({ seq }) => Number(seq))]
    : ["offer", "answer"].map((kind) =>
        arrived.filter((one) => one.kind === kind).map(({ sentAt }) => sentAt),
      );
  for (const order of orders) expect(order).toEqual(order.toSorted((one, other) => one - other));
}

/** What is called delivered has arrived; what was queued too, or its sender was told, unless whoever knew it died. */
function nothingAcceptedIsLost(played: Played): void {
  const { world, sent, untold } = played;
  expect(world.waiting()).toEqual([]);
  expect(world.queue.messages()).toEqual([]);
  const arrived = new Set(firstArrivals(played).map(({ id }) => id));
  const told = new Map(world.reports());
  for (const { id, codes } of sent) {
    const ends = [...codes, told.get(id)];
    if (ends.includes("delivered")) expect([id, arrived.has(id)]).toEqual([id, true]);
    if (codes.at(-1) !== "queued") continue;
    expect([id, arrived.has(id) || told.has(id) || untold.has(id)]).toEqual([id, true]);
  }
}

const deaths = fc.array(fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 6, 7, 8), { minLength: 1, maxLength: 20 });

test("whichever invocations are killed, at whatever step, order holds and nothing that was accepted is lost", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      scripts({ ambiguous: false }),
      deaths,
      async (scheduler, script, deaths) => {
        const played = await play(scheduler, { ...script, deaths, lostAnswers: [] });
        noCandidateGoesFirst(played);
        theOrderIsKept(played);
        nothingAcceptedIsLost(played);
      },
    ),
    { numRuns: 300, interruptAfterTimeLimit: 20_000 },
  );
}, 60_000);
