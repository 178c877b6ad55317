import { expect, test } from "@jest/globals";
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

test("an order gives back what it was made of, whatever the id", () => {
  expect(frameIdIn("001800000000000#a#b=")).toBe("a#b=");
  expect(sentAtIn("001800000000000#a#b=")).toBe(1_800_000_000_000);
});

test("each direction between two members has a row of its own", () => {
  expect([pairOf(viewer, "MASTER"), pairOf(master, "ada"), pairOf(peer, "ada")]).toEqual([
    { recipient: "acme#lobby#MASTER", sender: "ada" },
    { recipient: "acme#lobby#ada", sender: "MASTER" },
    { recipient: "acme#lobby#ada", sender: "p1" },
  ]);
});

test("the id of a frame that can be sent again is the same each time, and another for anything else", () => {
  const pair = pairOf(viewer, "MASTER");
  const id = repeatableFrameId(pair, "tab-1", "c-1");
  expect(id).toMatch(/^[a-zA-Z0-9_-]{22}$/);
  expect(repeatableFrameId(pair, "tab-1", "c-1")).toBe(id);
  const others = [
    repeatableFrameId(pair, "tab-1", "c-2"),
    repeatableFrameId(pair, "tab-2", "c-1"),
    repeatableFrameId(pairOf(viewer, "p1"), "tab-1", "c-1"),
    repeatableFrameId(pairOf(peer, "MASTER"), "tab-1", "c-1"),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});
