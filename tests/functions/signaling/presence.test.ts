import { describe, expect, test } from "@jest/globals";
import type { Presence } from "../../../functions/signaling/peers.ts";
import {
  audienceOf,
  canMeet,
  isAware,
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
