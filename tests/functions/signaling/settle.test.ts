import { describe, expect, test } from "@jest/globals";
import {
  endLease,
  isOfferInFlight,
  newestPosted,
  newPair,
  type PairState,
  takeLease,
} from "../../../functions/signaling/pair-state.ts";
import { settle, useUp } from "../../../functions/signaling/settle.ts";
import type { SequencedFrame } from "../../../functions/signaling/waiting-frame.ts";
import { admitted, delivered, reached } from "./pair-states.ts";
import { answerThatWaits, candidateThatWaits, now, offerThatWaits, order } from "./waiting-frames.ts";

describe("an SDP that came to its end", () => {
  test("does not undo what a newer page got meanwhile, when its write is made again", () => {
    const first = delivered(newPair);
    const again = settle(first, offerThatWaits("o1"), "delivered", {
      ...reached,
      id: "m2",
      foundAt: now + 5,
    });
    expect(again.connection?.id).toBe("m2");
    expect(settle(again, offerThatWaits("o1"), "delivered", reached)).toEqual(again);
    const unknown = settle(first, offerThatWaits("o1"), "unknown");
    expect(unknown).toMatchObject({ gate: "unknown" });
    expect(settle(unknown, offerThatWaits("o1"), "delivered", reached)).toEqual(unknown);
  });

  test("opens the gate, and an offer is kept with the connection that got it", () => {
    expect(delivered(newPair)).toEqual({
      ...newPair,
      order: order("o1"),
      sentAt: now,
      ufrags: ["aaaa"],
      gate: "open",
      delivered: ["aaaa"],
      latest: { SDP_OFFER: order("o1") },
      posted: { SDP_OFFER: order("o1") },
      connection: reached,
      offer: offerThatWaits("o1"),
    });
    expect(delivered(newPair, answerThatWaits("a1"))).not.toHaveProperty("offer");
    expect(delivered(delivered(newPair), answerThatWaits("a2", { sentAt: now + 1 }))).not.toHaveProperty(
      "offer",
    );
  });

  test.each([
    ["unknown", "unknown"],
    ["expired", "expired"],
    ["undeliverable", "expired"],
    ["superseded", "closed"],
  ] as const)("as %s leaves the gate %s", (fate, gate) => {
    const state = settle(admitted(newPair), offerThatWaits("o1"), fate);
    expect(state.gate).toBe(gate);
    expect(newestPosted(state)).toBe(fate === "unknown" ? order("o1") : "");
  });

  test("leaves the gate of a newer one alone", () => {
    const newer = admitted(admitted(newPair), offerThatWaits("o2", { sentAt: now + 1 }));
    for (const fate of ["delivered", "unknown", "expired"] as const) {
      expect(settle(newer, offerThatWaits("o1"), fate, reached).gate).toBe("closed");
    }
  });

  test("is in flight while an offer is the newest and is leased", () => {
    expect(isOfferInFlight(admitted(newPair))).toBe(true);
    expect(isOfferInFlight(endLease(admitted(newPair), "relay"))).toBe(false);
    expect(isOfferInFlight(admitted(newPair, answerThatWaits("a1")))).toBe(false);
    expect(isOfferInFlight(takeLease(delivered(newPair), "relay", now))).toBe(false);
    expect(isOfferInFlight(takeLease(newPair, "relay", now))).toBe(false);
  });
});

describe("a frame with a number that came to its end", () => {
  const at = (last: number): PairState => ({
    ...newPair,
    sequence: { of: "tab-1", since: 5, last, skipped: [], ended: [] },
  });

  test.each([
    ["delivered", []],
    ["unknown", [4]],
    ["superseded", [4]],
    ["expired", [4]],
    ["undeliverable", [4]],
  ] as const)("as %s uses its number up, and has arrived or not: %j", (fate, skipped) => {
    const { sequence } = settle(at(3), candidateThatWaits("c", { seq: 4 }), fate);
    expect(sequence).toEqual({ of: "tab-1", since: 5, last: 4, skipped, ended: [] });
  });

  test("may have arrived, when it is an SDP", () => {
    expect(settle(at(3), offerThatWaits("o", { seq: 4 }), "unknown").sequence).toMatchObject({
      ...{ last: 4, skipped: [] },
    });
  });

  test("changes nothing when the number was used up, or it has none", () => {
    const before = at(7);
    expect(useUp(before, candidateThatWaits("c", { seq: 4 }) as SequencedFrame)).toBe(before);
    expect(settle(before, candidateThatWaits("c"), "superseded")).toBe(before);
  });
});
