import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { connectEvent, connectionWorld } from "./connection-world.ts";
import { master } from "./identities.ts";
import { at, type Coming, guest, playHandshakes } from "./overlapping-handshakes.ts";

describe("a channel that is full", () => {
  const present = [
    [master, "m", at],
    [guest("p1", 2), "c-1", at + 1],
  ] as const;

  test("refuses the next with 403 and a code, and keeps no row of it", async () => {
    const { handle, peers, sent, recorded } = connectionWorld({ present });
    expect(await handle(connectEvent(guest("p2", 2), "c-2", at + 2))).toEqual({ statusCode: 403 });
    expect([...peers.keys()]).toEqual(["acme#lobby#MASTER", "acme#lobby#p1"]);
    expect(sent).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: "channel_full" }]);
  });

  test("admits who takes the place of its own older connection", async () => {
    const { handle } = connectionWorld({ present });
    expect(await handle(connectEvent(guest("p1", 2), "c-2", at + 2))).toEqual({ statusCode: 200 });
  });

  test("says nothing about another channel", async () => {
    const { handle } = connectionWorld({ present });
    const elsewhere = { ...guest("p2", 1), channel: "lobby.2" };
    expect(await handle(connectEvent(elsewhere, "c-2", at + 2))).toEqual({ statusCode: 200 });
  });

  test("has no place for a member any more that comes again after its plan has got fewer", async () => {
    const { handle, peers } = connectionWorld({ present, now: () => at + 60_000 });
    expect(await handle(connectEvent(guest("p1", 1), "c-2", at + 60_000))).toEqual({ statusCode: 403 });
    // Its older connection goes on: it was not that which was refused.
    expect(peers.get("acme#lobby#p1")).toMatchObject({ connectionId: "c-1" });
  });
});

test("a young connection that lost its name to one that is refused is gone for others", async () => {
  const { handle, peers, sent } = connectionWorld({
    present: [
      [master, "m", at],
      [guest("p1", 2), "c-1", at + 1],
    ],
    now: () => at + 29_999,
  });
  expect(await handle(connectEvent(guest("p1", 1), "c-2", at + 29_000))).toEqual({ statusCode: 403 });
  expect([...peers.keys()]).toEqual(["acme#lobby#MASTER"]);
  const ada = { channel: "acme#lobby", name: "p1", role: "PEER", connectedAt: at + 1 };
  expect(sent).toEqual([{ v: 2, kind: "departure", ...ada, cause: "superseded" }]);
});

describe("of handshakes that overlap", () => {
  const names = ["a", "b", "c", "d", "e", "f"] as const;
  const coming = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      connectedAt: fc.nat(300),
      // Mostly all at once, else while others wait.
      starts: fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, fc.nat(400)),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const crowd = fc.record({
    places: fc.integer({ min: 1, max: 4 }),
    inside: fc.subarray([...names], { maxLength: 4 }),
    coming,
  });
  const run = (
    check: (
      played: Awaited<ReturnType<typeof playHandshakes>>,
      given: { places: number; inside: readonly string[]; coming: readonly Coming[] },
    ) => void,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), crowd, async (scheduler, given) => {
        const inside = given.inside.slice(0, given.places);
        check(await playHandshakes(scheduler, { ...given, inside }), { ...given, inside });
      }),
      { numRuns: 200 },
    );

  test("no more are there afterwards than there are places", () =>
    run(({ peers }, { places }) => expect(peers.size).toBeLessThanOrEqual(places)));

  test("as many are there as there is room for: nobody leaves for one who leaves too", () =>
    run(({ peers }, { places, inside, coming }) => {
      const all = new Set([...inside, ...coming.map(({ name }) => name)]);
      expect(peers.size).toBe(Math.min(places, all.size));
    }));

  test("who was inside stays, and is not refused when it connects again", () =>
    run(({ peers, statuses, lines }, { inside, coming }) => {
      expect(inside.filter((name) => !peers.has(`acme#lobby#${name}`))).toEqual([]);
      const again = coming.flatMap(({ name }, number) =>
        inside.includes(name) ? [`new-${number}-${name}`] : [],
      );
      const full = lines
        .filter(({ code }) => code === "channel_full")
        .map(({ connectionId }) => connectionId);
      expect(again.filter((id) => full.includes(id))).toEqual([]);
      expect([...statuses.values()].filter((status) => status !== 200 && status !== 403)).toEqual([]);
    }));

  test("whoever is there was told so, and who was refused is not", () =>
    run(({ peers, statuses }) => {
      const there = [...peers.values()].map(({ connectionId }) => connectionId);
      const known = there.filter((id) => !id.startsWith("old-"));
      expect(known.filter((id) => statuses.get(id) !== 200)).toEqual([]);
    }));

  test("nobody waits for longer than three seconds", () =>
    run(({ took }) => expect(took).toBeLessThan(3_600)));
});
