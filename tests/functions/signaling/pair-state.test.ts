import { describe, expect, test } from "@jest/globals";
import {
  admitSdp,
  endLease,
  isLeased,
  newPair,
  passage,
  takeLease,
} from "../../../functions/signaling/pair-state.ts";
import { settle } from "../../../functions/signaling/settle.ts";
import { admitted, by, delivered } from "./pair-states.ts";
import { answerThatWaits, candidateThatWaits, now, offerThatWaits } from "./waiting-frames.ts";

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
