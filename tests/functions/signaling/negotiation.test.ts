import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  frameIdIn,
  orderOf,
  pairOf,
  repeatableFrameId,
  sentAtIn,
} from "../../../functions/signaling/negotiation.ts";
import { master, peer, viewer } from "./identities.ts";

test("order is the order of time, then of ids", () => {
  const at = (sentAt: number, frameId: string) => orderOf({ sentAt, frameId });
  expect([at(1_800_000_000_000, "a"), at(999, "z"), at(1_800_000_000_000, "B")].sort()).toEqual([
    "000000000000999#z",
    "001800000000000#B",
    "001800000000000#a",
  ]);
});

test("an order is read back as what it was made of", () => {
  fc.assert(
    fc.property(fc.nat(2_000_000_000_000), fc.string(), (sentAt, frameId) => {
      const order = orderOf({ sentAt, frameId });
      expect([sentAtIn(order), frameIdIn(order)]).toEqual([sentAt, frameId]);
    }),
  );
});

test("each direction between two members has a row of its own, under its recipient", () => {
  expect([pairOf(viewer, "MASTER"), pairOf(master, "ada"), pairOf(peer, "ada")]).toEqual([
    { recipient: "acme#lobby#MASTER", sender: "ada" },
    { recipient: "acme#lobby#ada", sender: "MASTER" },
    { recipient: "acme#lobby#ada", sender: "p1" },
  ]);
});

describe("the id of a frame that can be sent again", () => {
  const pair = pairOf(viewer, "MASTER");

  test("is the same each time, and fits where API Gateway's ids do", () => {
    const id = repeatableFrameId(pair, "tab-1", "c-1");
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(repeatableFrameId(pairOf(viewer, "MASTER"), "tab-1", "c-1")).toBe(id);
  });

  test("is another for another recipient, sender, instance or correlation id", () => {
    const ids = [
      repeatableFrameId(pair, "tab-1", "c-1"),
      repeatableFrameId(pair, "tab-1", "c-2"),
      repeatableFrameId(pair, "tab-2", "c-1"),
      repeatableFrameId(pairOf({ ...viewer, clientId: "eve" }, "MASTER"), "tab-1", "c-1"),
      repeatableFrameId(pairOf({ ...viewer, channel: "attic" }, "MASTER"), "tab-1", "c-1"),
      repeatableFrameId(pairOf({ ...viewer, tenant: "globex" }, "MASTER"), "tab-1", "c-1"),
      repeatableFrameId(pairOf(peer, "MASTER"), "tab-1", "c-1"),
      repeatableFrameId(pairOf(peer, "ada"), "tab-1", "c-1"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
