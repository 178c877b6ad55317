import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { connectEvent, connectionWorld } from "./connection-world.ts";
import { limits, master, peer } from "./identities.ts";

const at = 1_800_000_000_000;
const guest = (number: number, peersPerChannel: number): ConnectedIdentity => ({
  ...peer,
  clientId: `p${number}`,
  limits: { ...limits, peersPerChannel },
});

describe("a channel that is full", () => {
  test("refuses the next with 403 and a code, and keeps no row of it", async () => {
    const present = [
      [master, "m", at],
      [guest(1, 2), "c-1", at + 1],
    ] as const;
    const { handle, peers, sent, recorded } = connectionWorld({ present });
    expect(await handle(connectEvent(guest(2, 2), "c-2", at + 2))).toEqual({ statusCode: 403 });
    expect([...peers.keys()]).toEqual(["acme#lobby#MASTER", "acme#lobby#p1"]);
    expect(sent).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: "channel_full" }]);
  });

  test("admits who takes the place of its own older connection", async () => {
    const present = [
      [master, "m", at],
      [guest(1, 2), "c-1", at + 1],
    ] as const;
    const { handle } = connectionWorld({ present });
    expect(await handle(connectEvent(guest(1, 2), "c-2", at + 2))).toEqual({ statusCode: 200 });
  });

  test("says nothing about another channel", async () => {
    const present = [[guest(1, 1), "c-1", at]] as const;
    const { handle } = connectionWorld({ present });
    const elsewhere = { ...guest(2, 1), channel: "lobby.2" };
    expect(await handle(connectEvent(elsewhere, "c-2", at + 2))).toEqual({ statusCode: 200 });
  });
});

/** Statuses of guests who come at once, by age: 200 or 403. */
async function comeAtOnce(count: number, places: number, before: Parameters<typeof connectionWorld>[0]) {
  const { handle, peers } = connectionWorld(before);
  const answers = await Promise.all(
    Array.from({ length: count }, (_, age) => handle(connectEvent(guest(age, places), `c-${age}`, at + age))),
  );
  return { statuses: answers.map(({ statusCode }) => statusCode), kept: [...peers.keys()].sort() };
}

describe("of many that come at once", () => {
  test("exactly the first are kept, when all rows are there before anyone looks", async () => {
    const all = Promise.withResolvers<void>();
    let rows = 0;
    const { statuses, kept } = await comeAtOnce(12, 5, {
      before: async (call) => {
        if (call === "members") {
          rows += 1;
          if (rows === 12) all.resolve();
          await all.promise;
        }
      },
    });
    expect(statuses).toEqual([200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403, 403]);
    expect(kept).toEqual([0, 1, 2, 3, 4].map((age) => `acme#lobby#p${age}`));
  });

  test("the first are kept and the rows are those of the kept, however their calls are interleaved", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (scheduler, count, places) => {
          const coming = comeAtOnce(count, places, {
            before: (call, id) => scheduler.schedule(Promise.resolve(), `${call} ${id}`),
          });
          const { statuses, kept } = await scheduler.waitFor(coming);
          const first = statuses.slice(0, places);
          expect(first).toEqual(first.map(() => 200));
          expect(kept).toEqual(
            statuses.flatMap((status, age) => (status === 200 ? [`acme#lobby#p${age}`] : [])),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
