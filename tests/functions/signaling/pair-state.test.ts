import { describe, expect, test } from "@jest/globals";
import {
  admitSdp,
  endLease,
  isLeased,
  isOfferInFlight,
  newestPosted,
  newPair,
  type PairState,
  passage,
  settle,
  takeLease,
  useUp,
} from "../../../functions/signaling/pair-state.ts";
import type { SequencedFrame } from "../../../functions/signaling/waiting-frame.ts";
import { answerThatWaits, candidateThatWaits, now, offerThatWaits, order } from "./waiting-frames.ts";

const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
const by = { holder: "relay", now };

const admitted = (before: PairState, sdp = offerThatWaits("o1")) => {
  const result = admitSdp(before, [], sdp, by);
  if (result.kind !== "post") throw new Error(result.kind);
  return result.state;
};
const delivered = (before: PairState, sdp = offerThatWaits("o1")) =>
  endLease(settle(admitted(before, sdp), sdp, "delivered", reached), "relay");

describe("a lease", () => {
  const leased = takeLease(newPair, "relay", now);

  test("keeps others out for 15 seconds, never its holder", () => {
    expect(isLeased(leased, "other", now + 14_999)).toBe(true);
    expect(isLeased(leased, "other", now + 15_000)).toBe(false);
    expect(isLeased(leased, "relay", now)).toBe(false);
    expect(isLeased(newPair, "other", now)).toBe(false);
  });

  test("is ended by its holder only", () => {
    expect(endLease(leased, "other")).toBe(leased);
    expect(endLease(leased, "relay")).toEqual(newPair);
  });
});

describe("an SDP that comes", () => {
  test("closes the gate behind it, and is posted by this invocation alone", () => {
    expect(admitSdp(newPair, [], offerThatWaits("o1"), by)).toEqual({
      kind: "post",
      sdp: offerThatWaits("o1"),
      state: {
        ...newPair,
        order: "001800000000000#o1",
        sentAt: now,
        ufrags: ["aaaa"],
        latest: { SDP_OFFER: "001800000000000#o1" },
        lease: { holder: "relay", until: now + 15_000 },
      },
    });
  });

  test("replaces the ufrags before, of which 16 are remembered", () => {
    let state = newPair;
    for (let number = 0; number < 18; number += 1) {
      const id = `o${String(number).padStart(2, "0")}`;
      state = delivered(state, offerThatWaits(id, { sentAt: now + number, ufrags: [`u${number}`, "same"] }));
    }
    expect(state.ufrags).toEqual(["u17", "same"]);
    expect(state.replaced).toEqual(Array.from({ length: 16 }, (_, index) => `u${index + 1}`));
  });

  test("waits while another is posted, and behind one of the other kind that waits", () => {
    const busy = takeLease(newPair, "other", now);
    expect(admitSdp(busy, [], offerThatWaits("o1"), by)).toMatchObject({
      kind: "wait",
      state: { lease: { holder: "other" }, gate: "closed" },
    });
    const ahead = answerThatWaits("a1", { sentAt: now - 1 });
    expect(admitSdp(newPair, [ahead], offerThatWaits("o1"), by).kind).toBe("wait");
    const expired = { ...ahead, expiresAt: now };
    expect(admitSdp(newPair, [expired], offerThatWaits("o1"), by).kind).toBe("post");
    expect(admitSdp(newPair, [offerThatWaits("o0")], offerThatWaits("o1"), by).kind).toBe("post");
  });

  test("is superseded by a newer one of its kind, and by a newer of the other kind that was posted", () => {
    const old = { sentAt: now - 1 };
    expect(admitSdp(admitted(newPair), [], offerThatWaits("o0", old), by).kind).toBe("superseded");
    const busy = takeLease(admitted(newPair), "other", now);
    expect(admitSdp(busy, [], answerThatWaits("a0", old), by).kind).toBe("wait");
    expect(admitSdp(delivered(newPair), [], answerThatWaits("a0", old), by).kind).toBe("superseded");
  });

  test("that was here before is told what became of it, though later SDPs were posted", () => {
    const sdp = offerThatWaits("o1");
    const later = delivered(delivered(newPair), answerThatWaits("a2", { sentAt: now + 9 }));
    expect(admitSdp(delivered(newPair), [], sdp, by)).toEqual({ kind: "repeated", code: "delivered" });
    expect(admitSdp(later, [], { ...sdp, sentAt: now + 20 }, by)).toEqual({
      kind: "repeated",
      code: "delivered",
    });
    const waitsBehind = admitted(delivered(newPair), offerThatWaits("o2", { sentAt: now + 9 }));
    expect(admitSdp(waitsBehind, [], sdp, by)).toEqual({ kind: "repeated", code: "delivered" });
    const unknown = settle(admitted(newPair), sdp, "unknown");
    expect(admitSdp(unknown, [], sdp, by)).toEqual({ kind: "repeated", code: "unknown" });
    expect(admitSdp(admitted(newPair), [sdp], sdp, by)).toEqual({ kind: "repeated", code: "queued" });
  });

  test("that was overtaken before it was posted is superseded when it is sent again", () => {
    const waits = admitSdp(takeLease(newPair, "other", now), [], offerThatWaits("o1"), by);
    if (waits.kind !== "wait") throw new Error(waits.kind);
    const overtaken = delivered(endLease(waits.state, "other"), answerThatWaits("a2", { sentAt: now + 9 }));
    expect(admitSdp(overtaken, [], offerThatWaits("o1"), by)).toEqual({ kind: "superseded" });
  });

  test("that is sent again after it found nobody keeps its place", () => {
    const expired = settle(admitted(newPair), offerThatWaits("o1"), "expired");
    expect(expired.gate).toBe("expired");
    expect(admitSdp(expired, [], offerThatWaits("o1", { sentAt: now + 500 }), by)).toMatchObject({
      kind: "post",
      sdp: { sentAt: now },
    });
  });
});

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

describe("a candidate", () => {
  const gate = { ...newPair, order: "x", ufrags: ["aaaa", "bbbb"], sentAt: 10, replaced: ["old1"] };

  test.each([
    ["open", ["aaaa"], 0, "open"],
    ["closed", ["aaaa"], 20, "wait"],
    ["unknown", ["aaaa"], 20, "unknown"],
    ["expired", ["aaaa"], 20, "expired"],
    ["open", [], 0, "open"],
    ["open", ["old1"], 20, "superseded"],
    ["open", ["else"], 9, "superseded"],
    ["open", ["else"], 10, "wait"],
  ] as const)("at a gate that is %s with the ufrag %j of time %i: %s", (state, ufrags, sentAt, expected) => {
    expect(passage({ ...gate, gate: state }, { ufrags: [...ufrags], sentAt })).toBe(expected);
  });

  test("waits before any SDP, and passes one that names no ufrag", () => {
    expect(passage(newPair, { ufrags: [], sentAt: 11 })).toBe("wait");
    expect(passage({ ...gate, ufrags: [], gate: "open" }, { ufrags: ["aaaa"], sentAt: 11 })).toBe("open");
  });

  test("with a number passes when an SDP of its ufrag was delivered before", () => {
    const closed = { ...gate, delivered: ["aaaa"] };
    const { sequence } = candidateThatWaits("c", { seq: 2 });
    expect(passage(closed, { ufrags: ["aaaa"], sentAt: 20, ...(sequence && { sequence }) })).toBe("open");
    expect(passage(closed, { ufrags: ["bbbb"], sentAt: 20, ...(sequence && { sequence }) })).toBe("wait");
    expect(passage(closed, { ufrags: ["aaaa"], sentAt: 20 })).toBe("wait");
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
