import { describe, expect, test } from "@jest/globals";
import type { Settled } from "../../../functions/signaling/drain.ts";
import { newPair, type PairState, takeLease } from "../../../functions/signaling/pair-state.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";
import { leavePosted, settlePosted } from "../../../functions/signaling/posted-frames.ts";
import type { PostedFrames, WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { queueUnavailable } from "./relay-world.ts";
import { candidateThatWaits, now, offerThatWaits, order } from "./waiting-frames.ts";

const recipient = { channel: "acme#lobby", name: "MASTER" };
const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };
const passage = { pair, recipient, holder: "me" };
const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
const delivered = (frame: Settled["frame"]): Settled => ({ frame, fate: "delivered", reached });

describe("word of frames that were posted", () => {
  const queue = (fails = false) => {
    const sent: { message: WakeUp; id: string }[] = [];
    const send = async (message: WakeUp, id: string) => {
      if (fails) throw queueUnavailable;
      sent.push({ message, id });
    };
    return { sent, wakeUps: { send } };
  };

  test("names the frame, its end, the connection, and who posted it", async () => {
    const { sent, wakeUps } = queue();
    expect(await leavePosted({ wakeUps }, passage, [delivered(offerThatWaits("o1"))])).toBe(true);
    expect(sent).toMatchObject([
      {
        message: {
          ...{ kind: "posted", channel: "acme#lobby", name: "MASTER", sender: "ada", holder: "me" },
          settled: [{ frame: { frameId: "o1" }, fate: "delivered", reached: { id: "m1" } }],
        },
      },
    ]);
  });

  test("leaves out what does not fit, but never the first", async () => {
    const { sent, wakeUps } = queue();
    const long = (frameId: string) =>
      delivered({ ...candidateThatWaits(frameId), frame: "x".repeat(60_000) });
    expect(await leavePosted({ wakeUps }, passage, [long("c1"), long("c2"), long("c3")])).toBe(false);
    const huge = delivered({ ...offerThatWaits("o1"), frame: "x".repeat(120_000) });
    expect(await leavePosted({ wakeUps }, passage, [huge])).toBe(true);
    const ids = sent.map(({ message }) =>
      (message as PostedFrames).settled.map(({ frame }) => frame.frameId),
    );
    expect(ids).toEqual([["c1"], ["o1"]]);
  });

  test("is not left while the queue fails", async () => {
    const { wakeUps } = queue(true);
    expect(await leavePosted({ wakeUps }, passage, [delivered(offerThatWaits("o1"))])).toBe(false);
  });
});

describe("the row of frames that were posted", () => {
  const leased: PairState = takeLease(
    { ...newPair, order: order("o1"), sentAt: now, ufrags: ["aaaa"], latest: { SDP_OFFER: order("o1") } },
    "me",
    now,
  );
  async function rowWith(state: PairState, waiting: readonly Settled["frame"][] = []) {
    const memory = memoryPairs();
    await memory.pairs.write(pair, await memory.pairs.read(pair), { state, waiting }, now);
    return memory;
  }
  const word = (...settled: Settled[]): PostedFrames => ({
    ...{ v: 2, kind: "posted", ...recipient, sender: "ada", holder: "me" },
    settled: settled.map((one) => ({ ...one, frame: { ...one.frame, ufrags: [...one.frame.ufrags] } })),
  });
  const settleIn = (pairs: Pairs, ...settled: Settled[]) =>
    settlePosted({ pairs, now: () => now }, word(...settled));

  test("has its gate opened, its lease ended, and what had waited taken out and told of", async () => {
    const memory = await rowWith(leased, [candidateThatWaits("c1"), candidateThatWaits("c2")]);
    const told = await settleIn(
      memory.pairs,
      delivered(offerThatWaits("o1")),
      delivered(candidateThatWaits("c1")),
    );
    expect(told).toMatchObject([{ frame: { frameId: "c1" }, fate: "delivered" }]);
    const { state, waiting } = memory.rowOf(pair);
    expect(state).toMatchObject({ gate: "open", connection: { id: "m1" }, offer: { frameId: "o1" } });
    expect(state.lease).toBeUndefined();
    expect(waiting.map(({ frameId }) => frameId)).toEqual(["c2"]);
  });

  test("stays as it is when the word comes twice, or a newer SDP was posted since", async () => {
    const memory = await rowWith(leased);
    await settleIn(memory.pairs, delivered(offerThatWaits("o1")));
    const { version } = memory.rowOf(pair);
    expect(await settleIn(memory.pairs, delivered(offerThatWaits("o1")))).toEqual([]);
    expect(memory.rowOf(pair).version).toBe(version);

    const newer = order("o2", now + 1);
    const posted = { ...newPair, order: newer, posted: { SDP_OFFER: newer }, latest: { SDP_OFFER: newer } };
    const later = await rowWith({ ...posted, gate: "open", connection: { ...reached, id: "m2" } });
    await settleIn(later.pairs, delivered(offerThatWaits("o1")));
    expect(later.rowOf(pair).state.connection).toMatchObject({ id: "m2" });
  });

  test("is tried again when others keep changing it", async () => {
    const memory = await rowWith(leased);
    const contended: Pairs = {
      ...memory.pairs,
      write: async () => ({ kind: "changed", row: memory.rowOf(pair) }),
    };
    expect(await settleIn(contended, delivered(offerThatWaits("o1")))).toBe("contended");
  });

  test("leaves another invocation its lease", async () => {
    const memory = await rowWith(takeLease(leased, "another", now));
    await settleIn(memory.pairs, delivered(offerThatWaits("o1")));
    expect(memory.rowOf(pair).state).toMatchObject({ gate: "open", lease: { holder: "another" } });
  });
});
