import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { awaitsTurn, nextStep, verdictOn } from "../../../functions/signaling/next-step.ts";
import { newPair, type PairState } from "../../../functions/signaling/pair-state.ts";
import { settle, skipUpTo, useUp } from "../../../functions/signaling/settle.ts";
import type { SequencedFrame, WaitingFrame } from "../../../functions/signaling/waiting-frame.ts";
import { answerThatWaits, candidateThatWaits, now, offerThatWaits, order } from "./waiting-frames.ts";

/** The offer o1 was delivered, and numbers up to `last`. */
const open = (last?: number): PairState => ({
  ...newPair,
  order: order("o1", now - 10),
  sentAt: now - 10,
  ufrags: ["aaaa"],
  gate: "open",
  latest: { SDP_OFFER: order("o1", now - 10) },
  posted: { SDP_OFFER: order("o1", now - 10) },
  ...(last !== undefined && { sequence: { of: "tab-1", since: 5, last, skipped: [], ended: [] } }),
});

describe("of the frames that wait", () => {
  test("the one that was sent first goes first, whenever it came to wait", () => {
    const early = candidateThatWaits("c1", { sentAt: now - 2 });
    expect(nextStep(open(), [candidateThatWaits("c2"), early], now, true)).toEqual({
      kind: "post",
      frame: early,
    });
  });

  test("nothing is posted to a recipient that cannot be reached, but what is over ends", () => {
    const over = candidateThatWaits("c2", { expiresAt: now });
    expect(nextStep(open(), [candidateThatWaits("c1")], now, false)).toBeUndefined();
    expect(nextStep(open(), [candidateThatWaits("c1"), over], now, false)).toEqual({
      kind: "settle",
      frame: over,
      fate: "expired",
    });
  });

  test("one whose SDP has not come stops nobody", () => {
    const stuck = candidateThatWaits("c1", { ufrags: ["zzzz"], sentAt: now - 1 });
    expect(nextStep(open(), [stuck, candidateThatWaits("c2")], now, true)).toMatchObject({
      ...{ kind: "post", frame: { frameId: "c2" } },
    });
    expect(nextStep(open(), [stuck], now, true)).toBeUndefined();
  });

  test("nothing is left to do when nothing waits", () => {
    expect(nextStep(open(), [], now, true)).toBeUndefined();
  });
});

describe("an SDP that waits", () => {
  const state = { ...open(), latest: { SDP_OFFER: order("o2"), SDP_ANSWER: order("a1", now - 5) } };

  test("passes, or is superseded by a newer one of its kind, or by one of the other kind that was posted", () => {
    expect(verdictOn(state, offerThatWaits("o2"), now)).toBe("passes");
    expect(verdictOn(state, offerThatWaits("o0", { sentAt: now - 20 }), now)).toBe("superseded");
    expect(verdictOn(state, answerThatWaits("a1", { sentAt: now - 5 }), now)).toBe("passes");
    const posted = { ...state, posted: { SDP_OFFER: order("o2") } };
    expect(verdictOn(posted, answerThatWaits("a1", { sentAt: now - 5 }), now)).toBe("superseded");
  });

  test("is delivered only if it was posted itself", () => {
    expect(verdictOn(open(), offerThatWaits("o1", { sentAt: now - 10 }), now)).toBe("delivered");
  });

  test("is expired at the millisecond of its end", () => {
    expect(verdictOn(state, offerThatWaits("o2", { expiresAt: now + 1 }), now)).toBe("passes");
    expect(verdictOn(state, offerThatWaits("o2", { expiresAt: now }), now)).toBe("expired");
  });
});

describe("a numbered frame", () => {
  const numbered = (seq: number, sentAt = now) =>
    candidateThatWaits(`c${seq}`, { seq, sentAt }) as SequencedFrame;

  test.each([
    [4, "passes"],
    [3, "delivered"],
    [1, "delivered"],
    [5, "waits"],
  ])("%i after number 3: %s", (seq, verdict) => {
    expect(verdictOn(open(3), numbered(seq), now)).toBe(verdict);
  });

  test("that was skipped is expired, and one of an older instance superseded", () => {
    const skipped = skipUpTo(open(3), numbered(6), 5);
    expect(verdictOn(skipped, numbered(4), now)).toBe("expired");
    const old = { ...numbered(4), sequence: { of: "tab-0", since: 1, seq: 4 } };
    expect(verdictOn(open(3), old, now)).toBe("superseded");
  });

  test("that ended is expired, and nobody waits for it", () => {
    const ended = useUp(useUp(open(3), numbered(5)), numbered(4));
    for (const seq of [4, 5]) expect(verdictOn(ended, numbered(seq), now)).toBe("expired");
    expect(verdictOn(ended, numbered(6), now)).toBe("passes");
    expect(verdictOn(ended, numbered(3), now)).toBe("delivered");
  });

  test("that ended neither begins a gap nor ends it", () => {
    const ended = [4, 6, 7].reduce((state, seq) => useUp(state, numbered(seq)), open(3));
    expect(nextStep(ended, [numbered(8)], now + 5_000, true)).toMatchObject({ kind: "skip", from: 5, to: 5 });
  });

  test("waits five seconds for those before it, then tells which did not come", () => {
    expect(nextStep(open(3), [numbered(6)], now + 4_999, true)).toBeUndefined();
    expect(nextStep(open(3), [numbered(6)], now + 5_000, true)).toEqual({
      ...{ kind: "skip", frame: numbered(6), from: 4, to: 5 },
    });
    expect(nextStep(open(3), [numbered(6)], now + 5_000, false)).toBeUndefined();
  });

  test("is let go for the frame that was sent first, of several that wait", () => {
    const waiting = [numbered(8, now + 1), numbered(6)];
    expect(nextStep(open(3), waiting, now + 6_000, true)).toEqual({
      ...{ kind: "skip", frame: numbered(6), from: 4, to: 5 },
    });
  });

  test("ends a gap before the next number that is there, though that has waited for less time", () => {
    const waiting = [numbered(8), numbered(6, now + 4_000)];
    expect(nextStep(open(3), waiting, now + 5_000, true)).toMatchObject({ kind: "skip", from: 4, to: 5 });
  });

  test("never skips one that can go now, even if that was sent later", () => {
    const waiting = [numbered(6), numbered(4, now + 4_000)];
    expect(nextStep(open(3), waiting, now + 5_000, true)).toMatchObject({
      kind: "post",
      frame: { frameId: "c4" },
    });
  });

  test("skips one whose SDP has not come", () => {
    const stuck = candidateThatWaits("c4", { seq: 4, ufrags: ["zzzz"] });
    expect(nextStep(open(3), [stuck, numbered(6)], now + 5_000, true)).toMatchObject({
      ...{ kind: "skip", from: 4, to: 5 },
    });
  });

  test("ends no gap before one whose SDP has not come", () => {
    const stuck = candidateThatWaits("c5", { seq: 5, ufrags: ["zzzz"] });
    expect(nextStep(open(3), [stuck, numbered(7)], now + 5_000, true)).toMatchObject({
      ...{ kind: "skip", from: 4, to: 6 },
    });
  });

  test("awaits its turn only if nothing else holds it back", () => {
    expect(awaitsTurn(open(3), [numbered(6)], now)).toBe(true);
    expect(awaitsTurn(open(3), [numbered(4)], now)).toBe(false);
    expect(awaitsTurn(open(3), [numbered(6)], now + 5_000)).toBe(false);
    expect(awaitsTurn(open(3), [candidateThatWaits("c", { seq: 6, ufrags: ["zzzz"] })], now)).toBe(false);
    expect(awaitsTurn(open(3), [candidateThatWaits("c")], now)).toBe(false);
    expect(awaitsTurn(open(3), [{ ...numbered(6), expiresAt: now }], now)).toBe(false);
  });
});

test("whatever waits, the steps end, and each frame gets one of them at most", () => {
  const frame: fc.Arbitrary<WaitingFrame> = fc
    .record({
      make: fc.constantFrom(offerThatWaits, answerThatWaits, candidateThatWaits),
      seq: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      ufrag: fc.constantFrom("aaaa", "bbbb", undefined),
      sentAt: fc.integer({ min: now - 12_000, max: now }),
      life: fc.constantFrom(5_000, 60_000),
    })
    .map(({ make, seq, ufrag, sentAt, life }) =>
      make("f", {
        ...{ sentAt, expiresAt: sentAt + life, ufrags: ufrag ? [ufrag] : [] },
        ...(seq !== undefined && { seq }),
      }),
    );
  const frames = fc.array(frame, { maxLength: 12 });
  fc.assert(
    fc.property(frames, fc.integer({ min: 0, max: 6 }), fc.boolean(), (made, last, reachable) => {
      let waiting = made.map((one, index) => ({ ...one, frameId: `f${index}` }));
      let state = open(last);
      const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
      const skips: number[] = [];
      for (let steps = 0; ; steps += 1) {
        expect(steps).toBeLessThan(2 * made.length + 2);
        const step = nextStep(state, waiting, now, reachable);
        if (!step) break;
        if (step.kind === "skip") {
          expect(step.to).toBeGreaterThanOrEqual(step.from);
          skips.push(step.from, step.to);
          state = skipUpTo(state, step.frame, step.to);
          continue;
        }
        const fate = step.kind === "post" ? "delivered" : step.fate;
        if (step.kind === "post") expect(reachable).toBe(true);
        state = settle(state, step.frame, fate, reached);
        waiting = waiting.filter(({ frameId }) => frameId !== step.frame.frameId);
      }
      expect(skips).toEqual(skips.toSorted((one, other) => one - other));
    }),
    { numRuns: 500 },
  );
});
