import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { numbersKeepTheirOrder } from "./order-numbers.ts";
import { type Played, play, type Sent } from "./order-play.ts";
import { scripts } from "./order-script.ts";

const ofMaster = ({ world }: Played) =>
  world.received.filter(({ connectionId, frameId }) => connectionId !== "a1" && frameId !== undefined);

/** Every frame has one end, and its sender knows it. */
function everyFrameIsAnsweredFor(played: Played): void {
  const { world, sent, ambiguous } = played;
  const reports = Map.groupBy(world.reports(), ([id]) => id);
  const arrived = new Set(ofMaster(played).map(({ frameId }) => frameId));
  expect(world.waiting()).toEqual([]);
  expect(world.queue.messages()).toEqual([]);
  for (const [place, { id, codes }] of sent.entries()) {
    const told = (reports.get(id) ?? []).map(([, end]) => end);
    const [code = "unsent"] = codes;
    if (codes.length !== 1) {
      // Sent again: whatever it was answered, it is delivered if it arrived, and only then.
      const ends = [...codes, ...told];
      // Where the queue fails, what was kept is taken back with the refusal of the repeated one.
      const isOwed = codes.includes("queued") && !codes.includes("delivery_unavailable");
      if (isOwed && !played.answersLost) expect([id, told.length > 0]).toEqual([id, true]);
      if (!ambiguous.has(id)) expect([id, ends.includes("delivered")]).toEqual([id, arrived.has(id)]);
      continue;
    }
    if (played.answersLost) {
      // A lost answer may tell an end twice, never two ends; that a frame is superseded may be lost, or too much.
      const ends = new Set([...told, ...(/queued|superseded/.test(code) ? [] : [code])]);
      const isOvertaken = sent.slice(place + 1).some(({ kind }) => kind !== "candidate");
      if (ends.size === 0 && isOvertaken) continue;
      expect({ id, code, ends: ends.size }).toEqual({ id, code, ends: 1 });
    } else {
      expect({ id, code, told: told.length }).toEqual({ id, code, told: code === "queued" ? 1 : 0 });
    }
    const end = told[0] ?? code;
    expect(end).toMatch(
      /^(delivered|superseded|expired|unknown|undeliverable|delivery_unavailable|mailbox_full)$/,
    );
    if (end === "delivered") expect([id, arrived.has(id)]).toEqual([id, true]);
    else if (!ambiguous.has(id)) expect([id, end, arrived.has(id)]).toEqual([id, end, false]);
  }
}

/** What is superseded has a newer SDP: one with a higher number, or one that was sent later. */
function onlyNewerOnesSupersede({ world, sent }: Played): void {
  const reports = Map.groupBy(world.reports(), ([id]) => id);
  for (const [place, { id, codes }] of sent.entries()) {
    const ends = [...codes, ...(reports.get(id) ?? []).map(([, end]) => end)];
    if (!ends.includes("superseded")) continue;
    const newer = sent.slice(place + 1).some(({ kind }) => kind !== "candidate");
    expect([id, newer]).toEqual([id, true]);
  }
}

/** Nothing comes twice to one client, and only an offer comes to two. */
function nothingComesTwice(played: Played): void {
  const times = Map.groupBy(
    ofMaster(played).filter(({ frameId }) => !played.ambiguous.has(String(frameId))),
    ({ frameId }) => frameId,
  );
  for (const received of times.values()) {
    const connections = received.map(({ connectionId }) => connectionId);
    expect(new Set(connections).size).toBe(connections.length);
    if (connections.length > 1) expect(received[0]?.messageType).toBe("SDP_OFFER");
  }
}

/** A candidate comes behind an SDP of its negotiation. */
function noCandidateGoesFirst(played: Played): void {
  const kinds = new Map(played.sent.map((one) => [one.id, one] as const));
  const had = new Set<string>();
  for (const { frameId } of ofMaster(played)) {
    const one = kinds.get(String(frameId));
    if (!one) throw new Error("a frame that nobody sent");
    if (one.kind === "candidate") expect([one.id, had.has(one.ufrag)]).toEqual([one.id, true]);
    else had.add(one.ufrag);
  }
}

/** A client that takes the place of another has an offer without an answer before the offer's candidates. */
function noCandidateOvertakesItsOffer({ world, sent, ambiguous, refused, numbered }: Played): void {
  if (numbered || ambiguous.size > 0) return;
  const known = new Map(sent.map((one) => [one.id, one] as const));
  const last = new Map<string, Sent>();
  const renegotiated = new Set<string>();
  const had = new Set<string>();
  for (const { connectionId, frameId, at } of world.received) {
    const one = known.get(String(frameId));
    if (!one || connectionId === "a1") continue;
    if (one.kind !== "candidate") {
      if ((last.get(one.ufrag) ?? one) !== one) renegotiated.add(one.ufrag);
      last.set(one.ufrag, one);
      had.add(`${connectionId} ${one.ufrag}`);
      continue;
    }
    const sdp = last.get(one.ufrag);
    if (sdp?.kind !== "offer" || refused.has(sdp.id) || sdp.sentAt + 60_000 <= Number(at)) continue;
    // One that was sent before the offer goes with an earlier one of the same ufrag.
    if (one.sentAt < sdp.sentAt) continue;
    // So does one that was sent at once with the offer, and found the gate that the earlier one had opened.
    if (one.act === sdp.act && renegotiated.has(one.ufrag)) continue;
    expect([one.id, had.has(`${connectionId} ${one.ufrag}`)]).toEqual([one.id, true]);
  }
}

/** An offer without an answer is at whoever came to stay while it was good, however late it came. */
function anOfferReachesWhoStays({ world, sent, last, nothingFails }: Played): void {
  const newest = sent.filter(({ kind, codes }) => kind !== "candidate" && codes.length > 0).at(-1);
  if (!nothingFails || !last.isThere || newest?.kind !== "offer") return;
  if (last.arrivedAt >= newest.sentAt + 50_000 || newest.codes.includes("superseded")) return;
  const reached = world.received.filter(({ frameId }) => frameId === newest.id);
  expect([newest.id, reached.map(({ connectionId }) => connectionId)]).toEqual([
    newest.id,
    expect.arrayContaining([last.id]),
  ]);
}

/** SDPs come in the order in which they were sent. */
function descriptionsKeepTheirOrder(played: Played): void {
  const times = new Map(played.sent.map(({ id, seq, sentAt }) => [id, seq ?? sentAt] as const));
  const order = ofMaster(played)
    .filter(({ messageType }) => messageType !== "ICE_CANDIDATE")
    .filter(({ frameId }) => !played.ambiguous.has(String(frameId)))
    .map(({ frameId }) => times.get(String(frameId)) ?? 0);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
}

/** A number that ended is not waited for: nothing waits for five seconds if nothing was amiss. */
function nobodyWaitsForWhatEnded({ world, sent, numbered, isUndisturbed }: Played): void {
  if (!numbered || !isUndisturbed || world.reports().some(([, end]) => end === "expired")) return;
  const sentAt = new Map(sent.map((one) => [one.id, one.sentAt] as const));
  // One that waits for an earlier number may go only since an SDP has ended that.
  const descriptions = sent.filter(({ kind }) => kind !== "candidate");
  for (const { connectionId, frameId, at } of world.received) {
    if (connectionId === "a1" || frameId === undefined) continue;
    const before = descriptions.map((one) => one.sentAt).filter((time) => time <= Number(at));
    const since = Math.max(sentAt.get(frameId) ?? 0, ...before);
    expect(Number(at) - since).toBeLessThan(5_000);
  }
}

describe("however the steps of relays, worker, queue and arrivals interleave", () => {
  test.each([
    ["every post has a definite answer", false],
    ["posts may have an ambiguous answer", true],
  ])(
    "when %s, frames come once, in order, and each is answered for",
    async (_, ambiguous) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), scripts({ ambiguous }), async (scheduler, script) => {
          const played = await play(scheduler, script);
          everyFrameIsAnsweredFor(played);
          nothingComesTwice(played);
          noCandidateGoesFirst(played);
          noCandidateOvertakesItsOffer(played);
          anOfferReachesWhoStays(played);
          descriptionsKeepTheirOrder(played);
          numbersKeepTheirOrder(played);
          onlyNewerOnesSupersede(played);
          nobodyWaitsForWhatEnded(played);
        }),
        { numRuns: 200, interruptAfterTimeLimit: 20_000 },
      );
    },
    60_000,
  );
});
