import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Presence } from "../../../functions/signaling/peers.ts";
import {
  audienceOf,
  canMeet,
  isAware,
  isOneTooMany,
  presentMember,
  visibleTo,
} from "../../../functions/signaling/presence.ts";

type Named = Presence & { readonly name: string };
const member = (name: string, role: Presence["role"], more: Partial<Presence> = {}): Named => ({
  name,
  connectionId: `c-${name}`,
  role,
  connectedAt: 1_800_000_000_000,
  announced: false,
  instance: "",
  ...more,
});

test.each([
  ["MASTER", "MASTER", false],
  ["MASTER", "VIEWER", true],
  ["MASTER", "PEER", true],
  ["VIEWER", "VIEWER", false],
  ["VIEWER", "PEER", false],
  ["PEER", "PEER", true],
] as const)("whether %s and %s can send to each other: %s", (one, other, expected) => {
  expect([canMeet(one, other), canMeet(other, one)]).toEqual([expected, expected]);
});

test("a PEER and whoever announced itself are told of presence, stock clients are not", () => {
  expect(isAware({ role: "PEER", announced: false })).toBe(true);
  expect(isAware({ role: "VIEWER", announced: true })).toBe(true);
  expect(isAware({ role: "VIEWER", announced: false })).toBe(false);
  expect(isAware({ role: "MASTER", announced: false })).toBe(false);
});

describe("in a channel of every kind of member", () => {
  const members = [
    member("MASTER", "MASTER", { announced: true }),
    member("ada", "VIEWER"),
    member("eve", "VIEWER", { announced: true }),
    member("p1", "PEER"),
    member("p2", "PEER", { announced: true }),
  ];
  const names = (list: readonly Named[]) => list.map(({ name }) => name);

  test.each([
    ["MASTER", "MASTER", ["eve", "p1", "p2"], ["ada", "eve", "p1", "p2"]],
    ["ada", "VIEWER", ["MASTER"], ["MASTER"]],
    ["p1", "PEER", ["MASTER", "p2"], ["MASTER", "p2"]],
    ["new", "VIEWER", ["MASTER"], ["MASTER"]],
    ["new", "PEER", ["MASTER", "p1", "p2"], ["MASTER", "p1", "p2"]],
  ] as const)("of %s, a %s, %j hear; it sees %j", (name, role, audience, visible) => {
    expect(names(audienceOf({ name, role }, members))).toEqual(audience);
    expect(names(visibleTo({ name, role }, members))).toEqual(visible);
  });

  test("a member is told of by name, role and since when, never by its connection", () => {
    expect(presentMember(member("ada", "VIEWER", { connectedAt: 5 }))).toEqual({
      clientId: "ada",
      role: "VIEWER",
      since: 5,
    });
  });
});

describe("who has no place in a full channel", () => {
  const at = (name: string, connectedAt: number) => member(name, "PEER", { connectedAt });

  test("is who came after as many as the plan admits, by time, then by name", () => {
    const members = [at("c", 3), at("b", 2), at("a", 2), at("d", 1)];
    expect(["a", "b", "c", "d"].filter((name) => isOneTooMany(name, members, 2))).toEqual(["b", "c"]);
    expect(["a", "b", "c", "d"].filter((name) => isOneTooMany(name, members, 4))).toEqual([]);
  });

  test("is not who is not there any more", () => {
    expect(isOneTooMany("gone", [at("a", 1)], 1)).toBe(false);
  });

  const crowd = fc.uniqueArray(fc.record({ name: fc.string(), connectedAt: fc.nat(20) }), {
    selector: ({ name }) => name,
    maxLength: 12,
  });
  test("of any crowd, all but the first are told so, whoever looks and in whatever order", () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 1, max: 8 }), fc.func(fc.boolean()), (list, most, shuffle) => {
        const members = list.map(({ name, connectedAt }) => at(name, connectedAt));
        const shuffled = [...members].sort(() => (shuffle() ? 1 : -1));
        const kept = members.filter(({ name }) => !isOneTooMany(name, shuffled, most));
        const first = members.toSorted(
          (one, other) => one.connectedAt - other.connectedAt || (one.name < other.name ? -1 : 1),
        );
        expect(names(kept).sort()).toEqual(names(first.slice(0, most)).sort());
      }),
    );
  });

  test("is never one of the first, whoever of the others has not been seen yet", () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 1, max: 8 }), fc.func(fc.boolean()), (list, most, isSeen) => {
        const members = list.map(({ name, connectedAt }) => at(name, connectedAt));
        const first = members
          .toSorted((one, other) => one.connectedAt - other.connectedAt || (one.name < other.name ? -1 : 1))
          .slice(0, most);
        for (const { name } of first) {
          const seen = members.filter((other) => other.name === name || isSeen(other.name));
          expect(isOneTooMany(name, seen, most)).toBe(false);
        }
      }),
    );
  });

  const names = (list: readonly Named[]) => list.map(({ name }) => name);
});
