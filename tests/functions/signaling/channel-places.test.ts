import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { placeOf } from "../../../functions/signaling/channel-places.ts";
import type { Presence } from "../../../functions/signaling/peers.ts";

type Named = Presence & { readonly name: string };
const at = 1_800_000_000_000;
/** A member with its place since so many milliseconds. */
const member = (name: string, placeSince: number): Named => ({
  ...{ name, connectionId: `c-${name}`, role: "PEER", announced: false, instance: "" },
  ...{ connectedAt: at + 7, placeSince: at + placeSince },
});
const places = (members: readonly Named[], most: number, later: number, lastChange = 3) =>
  members.map(({ name }) => placeOf(name, members, most, { now: at + later, lastChange: at + lastChange }));

describe("in a channel with rows of four members", () => {
  const members = [member("d", 1), member("b", 2), member("a", 2), member("c", 3)];

  test("all keep their places where there are four", () => {
    expect(places(members, 4, 3)).toEqual(["kept", "kept", "kept", "kept"]);
  });

  test("the last by time, then by name, have none where there are two, and the first look again", () => {
    expect(places(members, 2, 3)).toEqual(["undecided", "refused", "undecided", "refused"]);
  });

  test("the next leave once the last had a turn of 500 ms, each in turn", () => {
    expect(places(members, 3, 502)).toEqual(["undecided", "undecided", "undecided", "refused"]);
    expect(places(members, 3, 503)).toEqual(["undecided", "refused", "undecided", "refused"]);
    expect(places(members, 3, 1_003)).toEqual(["undecided", "refused", "refused", "refused"]);
    expect(places(members, 3, 1_503)).toEqual(["refused", "refused", "refused", "refused"]);
  });

  test("the turns begin anew when somebody has left", () => {
    expect(places(members, 3, 2_000, 2_000)).toEqual(["undecided", "undecided", "undecided", "refused"]);
  });

  test("the first keep theirs once their handshakes are over for long", () => {
    expect(places(members, 3, 30_000)).toEqual(["refused", "refused", "refused", "refused"]);
    expect(places(members, 3, 30_001)).toEqual(["kept", "refused", "refused", "refused"]);
    expect(places(members, 3, 30_002)).toEqual(["kept", "kept", "kept", "refused"]);
  });

  test("a row of the release before is as old as its connection", () => {
    const [first, ...others] = members;
    if (!first) throw new Error("there are four");
    const { placeSince: _, ...old } = first;
    expect(placeOf("d", [old, ...others], 3, { now: at + 3, lastChange: at })).toBe("refused");
  });
});

test("who has lost its name meanwhile is not refused for want of a place", () => {
  expect(placeOf("gone", [member("a", 1), member("b", 2)], 1, { now: at, lastChange: at })).toBe("kept");
});

test("of any crowd that all see, no more stay than there are places, whatever the time", () => {
  const crowd = fc.uniqueArray(fc.record({ name: fc.string(), since: fc.nat(60_000) }), {
    selector: ({ name }) => name,
    maxLength: 12,
  });
  fc.assert(
    fc.property(crowd, fc.integer({ min: 1, max: 8 }), fc.nat(90_000), (list, most, later) => {
      const members = list.map(({ name, since }) => member(name, since));
      const kept = places(members, most, later).filter((place) => place === "kept");
      expect(kept.length).toBeLessThanOrEqual(Math.min(most, members.length));
    }),
  );
});
