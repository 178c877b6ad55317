import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PairRow } from "../../functions/signaling/pair-row.ts";
import { newPair, type PairState } from "../../functions/signaling/pair-state.ts";
import type { Pairs, Written } from "../../functions/signaling/pairs.ts";
import type { WaitingFrame } from "../../functions/signaling/waiting-frame.ts";

const now = 1_800_000_000_000;
const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const fromBob = { ...pair, sender: "bob" };
const toAda = { recipient: "acme#lobby#ada", sender: "MASTER" };
const nothing: PairRow = { version: 0, state: newPair, waiting: [] };

const frame = (frameId: string, expiresAt = now + 60_000): WaitingFrame => ({
  frameId,
  action: "ICE_CANDIDATE",
  frame: '{"messageType":"ICE_CANDIDATE","messagePayload":"e30="}',
  correlationId: "c-1",
  sentAt: now,
  expiresAt,
  ufrags: ["aaaa"],
  sequence: { of: "tab-1", since: now, seq: 3 },
});
const offer: WaitingFrame = { ...frame("m1"), action: "SDP_OFFER" };

/** A state in which every field is set. */
const full: PairState = {
  order: "001800000000000#m1",
  sentAt: now,
  ufrags: ["aaaa"],
  gate: "open",
  delivered: ["aaaa"],
  replaced: ["zzzz"],
  latest: { SDP_OFFER: "001800000000000#m1", SDP_ANSWER: "001799999999999#m0" },
  posted: { SDP_OFFER: "001800000000000#m1" },
  connection: { id: "L0SM9cOFvHcCIhw=", foundAt: now, announced: true, instance: "tab-1" },
  offer,
  sequence: { of: "tab-1", since: now, last: 3, skipped: [1, 2], ended: [5, 9] },
};
const inFlight: PairState = {
  ...newPair,
  order: "001800000000000#m1",
  latest: { SDP_OFFER: "001800000000000#m1" },
  lease: { holder: "relay", until: now + 15_000 },
};

export interface OpenedPairs {
  readonly pairs: Pairs;
  readonly close: () => Promise<void>;
}

/** What each implementation of the port `Pairs` holds to. `open` gives one without rows. */
export function pairsContract(name: string, open: () => Promise<OpenedPairs>): void {
  describe(`a pair's row ${name}`, () => {
    let opened: OpenedPairs;
    let pairs: Pairs;
    beforeEach(async () => {
      opened = await open();
      ({ pairs } = opened);
    });
    afterEach(() => opened.close());

    const written = async (write: Promise<Written>): Promise<PairRow> => {
      const { kind, row } = await write;
      if (kind === "changed") throw new Error("the row was changed");
      return row;
    };

    test("is empty before the first write, and gives back what was written", async () => {
      expect(await pairs.read(pair)).toEqual(nothing);
      const row = await written(pairs.write(pair, nothing, { state: full }, now));
      expect(row).toEqual({ version: 1, state: full, waiting: [] });
      expect(await pairs.read(pair)).toEqual(row);
    });

    test("is another for each direction and each sender", async () => {
      await pairs.write(pair, nothing, { state: full }, now);
      expect(await pairs.read(toAda)).toEqual(nothing);
      expect(await pairs.read(fromBob)).toEqual(nothing);
    });

    test("is written only in the version that was read", async () => {
      const row = await written(pairs.write(pair, nothing, { state: full }, now));
      const changed = { kind: "changed", row };
      expect(await pairs.write(pair, nothing, { state: newPair }, now)).toEqual(changed);
      expect(await pairs.write(pair, { ...row, version: 2 }, { state: newPair }, now)).toEqual(changed);
      expect(await written(pairs.write(pair, row, { state: newPair }, now))).toEqual({
        ...nothing,
        version: 2,
      });
    });

    test("keeps frames in the order in which they came, before any SDP too", async () => {
      await written(pairs.append(pair, nothing, frame("c1"), now));
      const row = await written(pairs.append(pair, nothing, frame("c2"), now));
      expect(row).toEqual({ ...nothing, waiting: [frame("c1"), frame("c2")] });
      expect(await pairs.read(pair)).toEqual(row);
    });

    test("takes a frame only under the state that was read", async () => {
      const row = await written(pairs.write(pair, nothing, { state: full }, now));
      const changed = { kind: "changed", row };
      expect(await pairs.append(pair, nothing, frame("c1"), now)).toEqual(changed);
      expect(await pairs.append(pair, { ...row, version: 2 }, frame("c1"), now)).toEqual(changed);
      await written(pairs.append(pair, row, frame("c1"), now));
      // An append does not change the version: one more conflicts with nothing.
      await written(pairs.append(pair, row, frame("c2"), now));
    });

    test("is nothing to who takes it for one that is there", async () => {
      const row = { ...nothing, version: 2 };
      const changed = { kind: "changed", row: nothing };
      expect(await pairs.write(pair, row, { state: newPair }, now)).toEqual(changed);
      expect(await pairs.append(pair, row, frame("c1"), now)).toEqual(changed);
    });

    test("keeps what came since it was read, when only its state is written", async () => {
      const row = await written(pairs.write(pair, nothing, { state: full }, now));
      await pairs.append(pair, row, frame("c1"), now);
      expect(await written(pairs.write(pair, row, { state: newPair }, now))).toEqual({
        version: 2,
        state: newPair,
        waiting: [frame("c1")],
      });
    });

    test("gives up what waits only to who has seen all of it", async () => {
      const empty = await written(pairs.write(pair, nothing, { state: full }, now));
      await pairs.append(pair, empty, frame("c1"), now);
      const one = await pairs.read(pair);
      await pairs.append(pair, one, frame("c2"), now);
      const both = await pairs.read(pair);
      const changed = { kind: "changed", row: both };
      expect(await pairs.write(pair, empty, { state: full, waiting: [] }, now)).toEqual(changed);
      expect(await pairs.write(pair, one, { state: full, waiting: [] }, now)).toEqual(changed);
      const left = await written(
        pairs.write(pair, both, { state: full, waiting: [frame("c2"), offer] }, now),
      );
      expect(left).toEqual({ version: 2, state: full, waiting: [frame("c2"), offer] });
      expect(await written(pairs.write(pair, left, { state: full, waiting: [] }, now))).toEqual({
        version: 3,
        state: full,
        waiting: [],
      });
    });

    describe("whose lease ends unless frames wait", () => {
      const { lease } = inFlight;
      const leased: PairState = { ...full, lease };

      test("has none any more when nothing has come to wait", async () => {
        const row = await written(pairs.write(pair, nothing, { state: inFlight }, now));
        const released = await written(pairs.write(pair, row, { state: leased, releases: true }, now));
        expect(released).toEqual({ version: 2, state: full, waiting: [] });
        expect(await pairs.read(pair)).toEqual(released);
        // What comes later changes nothing about it.
        await written(pairs.append(pair, released, frame("c1"), now));
        expect((await pairs.read(pair)).state).toEqual(full);
      });

      test("keeps it with what has come since the row was read, until it is ended", async () => {
        const row = await written(pairs.write(pair, nothing, { state: inFlight }, now));
        await written(pairs.append(pair, row, frame("c1"), now));
        const kept = await written(pairs.write(pair, row, { state: leased, releases: true }, now));
        expect(kept).toEqual({ version: 2, state: leased, waiting: [frame("c1")] });
        expect(await pairs.read(pair)).toEqual(kept);
        const ended = await written(pairs.write(pair, kept, { state: full, waiting: [] }, now));
        expect(ended).toEqual({ version: 3, state: full, waiting: [] });
        // A later lease is a lease, whatever the earlier one was.
        expect(await written(pairs.write(pair, ended, { state: leased }, now))).toMatchObject({
          state: { lease },
        });
        expect((await pairs.read(pair)).state.lease).toEqual(lease);
      });

      test("is not written in another version", async () => {
        const row = await written(pairs.write(pair, nothing, { state: inFlight }, now));
        const change = { state: leased, releases: true } as const;
        expect(await pairs.write(pair, nothing, change, now)).toEqual({ kind: "changed", row });
      });

      test("is found by who comes for the offer that it holds", async () => {
        const row = await written(pairs.write(pair, nothing, { state: inFlight }, now));
        await written(pairs.write(pair, row, { state: leased, releases: true }, now));
        expect(await pairs.waitingFor("acme#lobby#MASTER", now + 59_000)).toEqual([
          { sender: "ada", frames: 0 },
        ]);
      });
    });

    test("has room for 64 frames", async () => {
      for (let number = 0; number < 64; number += 1) {
        await written(pairs.append(pair, nothing, frame(`c${number}`), now));
      }
      const { kind, row } = await pairs.append(pair, nothing, frame("c64"), now);
      expect(kind).toBe("changed");
      expect(row.waiting).toHaveLength(64);
      expect(await pairs.read(pair)).toEqual(row);
    });

    test("has room for a whole offer and 300,000 characters that wait", async () => {
      const large = { ...offer, frame: "x".repeat(32_768) };
      const waiting = Array.from({ length: 9 }, (_, index) => ({ ...large, frameId: `f${index}` }));
      const row = await written(
        pairs.write(pair, nothing, { state: { ...full, offer: large }, waiting }, now),
      );
      expect(row.waiting).toHaveLength(9);
    });

    test("of two writers at once has one winner", async () => {
      const states = ["open", "unknown", "expired"] as const;
      const results = await Promise.all(
        states.map((gate) => pairs.write(pair, nothing, { state: { ...newPair, gate } }, now)),
      );
      const row = await pairs.read(pair);
      expect(results.filter(({ kind }) => kind === "written")).toEqual([{ kind: "written", row }]);
    });

    test("takes every frame of a burst", async () => {
      const names = Array.from({ length: 20 }, (_, index) => `c${String(index).padStart(2, "0")}`);
      await Promise.all(names.map((one) => pairs.append(pair, nothing, frame(one), now)));
      const { waiting } = await pairs.read(pair);
      expect(waiting.map(({ frameId }) => frameId).toSorted()).toEqual(names);
    });

    describe("tells the recipient who comes", () => {
      test("from whom something waits, and how much", async () => {
        await pairs.append(pair, nothing, frame("c1"), now);
        await pairs.append(pair, nothing, frame("c2"), now);
        await pairs.append(fromBob, nothing, frame("c3"), now);
        await pairs.append(toAda, nothing, frame("c4"), now);
        const found = await pairs.waitingFor("acme#lobby#MASTER", now);
        expect(found.toSorted((one, other) => (one.sender < other.sender ? -1 : 1))).toEqual([
          { sender: "ada", frames: 2 },
          { sender: "bob", frames: 1 },
        ]);
        expect(await pairs.waitingFor("acme#lobby#nobody", now)).toEqual([]);
      });

      test("nothing once nothing waits any more", async () => {
        await pairs.append(pair, nothing, frame("c1"), now);
        const row = await pairs.read(pair);
        await pairs.write(pair, row, { state: newPair, waiting: [] }, now);
        expect(await pairs.waitingFor("acme#lobby#MASTER", now)).toEqual([]);
      });

      test("an offer without an answer, though nothing waits", async () => {
        await pairs.write(pair, nothing, { state: full, waiting: [] }, now);
        expect(await pairs.waitingFor("acme#lobby#MASTER", now)).toEqual([{ sender: "ada", frames: 0 }]);
      });

      test("nothing that is past its time, though it stands there still", async () => {
        await pairs.append(pair, nothing, frame("c1"), now);
        await pairs.write(fromBob, nothing, { state: full, waiting: [] }, now);
        expect(await pairs.waitingFor("acme#lobby#MASTER", now + 59_000)).toHaveLength(2);
        expect(await pairs.waitingFor("acme#lobby#MASTER", now + 61_000)).toEqual([]);
      });

      test("an offer that is just being posted", async () => {
        const row = await written(pairs.write(pair, nothing, { state: inFlight }, now));
        expect(await pairs.waitingFor("acme#lobby#MASTER", now)).toEqual([{ sender: "ada", frames: 0 }]);
        await pairs.write(pair, row, { state: newPair, waiting: [] }, now);
        expect(await pairs.waitingFor("acme#lobby#MASTER", now)).toEqual([]);
      });
    });
  });
}
