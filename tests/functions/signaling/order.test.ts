import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { answerOf, candidateOf, offerOf } from "./frames-to-send.ts";
import { announced as asAnnounced, master } from "./identities.ts";
import { numbersKeepTheirOrder } from "./order-numbers.ts";
import { type Script, scripts } from "./order-script.ts";
import { orderWorld, type Posting, start } from "./order-world.ts";
import { queueUnavailable } from "./relay-world.ts";

interface Sent {
  readonly id: string;
  readonly kind: "offer" | "answer" | "candidate";
  readonly ufrag: string;
  readonly sentAt: number;
  readonly seq: number | undefined;
  code: string;
  answeredAt: number;
}

/** Plays a script, its steps interleaved by the scheduler, and lets time pass until all is quiet. */
async function play(scheduler: fc.Scheduler, script: Script) {
  const outcomes = [...script.posting];
  const lost = [...script.lost];
  const lostAnswers = [...script.lostAnswers];
  const ambiguous = new Set<string>();
  let scheduling = true;
  const world = orderWorld({
    turn: async (what) => {
      if (scheduling) await scheduler.schedule(Promise.resolve(), what);
      if (scheduling && what === "send" && lost.shift()) throw queueUnavailable;
    },
    answerLost: () => scheduling && lostAnswers.shift() === true,
    posting: (connectionId, frameId): Posting => {
      if (connectionId === "a1") return "delivered";
      const ended = closed.get(connectionId);
      if (ended === "gone") return "gone";
      const posting = outcomes.shift() ?? "delivered";
      if (frameId === undefined && posting !== "delivered") gapsUntold += 1;
      if (posting === "refused") refused.add(String(frameId));
      if (posting === "unknown" || posting === "unknown_arrived") ambiguous.add(String(frameId));
      return posting;
    },
  });
  let gapsUntold = 0;
  const closed = new Map<string, "gone" | "delivered">();
  const refused = new Set<string>();
  const sent: Sent[] = [];
  const warm = [world.instance(), world.instance()];
  const identity = (connection: number) =>
    script.announced ? asAnnounced(master, `tab-${connection}`) : master;
  let negotiation = 0;
  let connection = 1;
  let present = true;
  if (script.announced) world.present(identity(1), "m1", start - 60_000);

  const begin = (event: Script["acts"][number]["events"][number]): Promise<unknown> => {
    switch (event.kind) {
      case "work":
        return world.workQueue();
      case "refresh": {
        if (present) closed.set(`m${connection}`, event.leaves);
        connection += 1;
        present = true;
        const id = `m${connection}`;
        // Where the queue fails, the handshake is refused.
        return world.connect(identity(connection), id, world.now + connection).catch(() => {
          closed.set(id, "gone");
        });
      }
      case "disconnect": {
        if (!present) return Promise.resolve();
        present = false;
        closed.set(`m${connection}`, "gone");
        return world.disconnect(identity(connection), `m${connection}`).catch(() => {});
      }
      default: {
        if (event.restarts && event.kind !== "candidate") negotiation += 1;
        const ufrag = `ufrag${negotiation}`;
        const index = sent.length;
        const { kind } = event;
        const one: Sent = {
          ...{ id: `f${String(index).padStart(3, "0")}`, kind, ufrag, sentAt: world.now + index },
          ...{ seq: script.numbered ? index + 1 : undefined, code: "", answeredAt: 0 },
        };
        sent.push(one);
        const label = String(index);
        const frame =
          kind === "offer"
            ? offerOf(ufrag, label)
            : kind === "answer"
              ? answerOf(ufrag, label)
              : candidateOf(ufrag, label);
        const send = warm[event.instance] ?? world.instance();
        return send({ ...frame, ...(one.seq && { seq: one.seq }) }, one.id, one.sentAt).then((code) => {
          one.code = code;
          one.answeredAt = world.now;
        });
      }
    }
  };
  for (const { events, pause } of script.acts) {
    scheduling = true;
    await scheduler.waitFor(Promise.all(events.map(begin)));
    scheduling = false;
    await world.passTime(world.now + pause);
  }
  await world.passTime(world.now + 200_000);
  return {
    world,
    sent,
    ambiguous,
    refused,
    gapsUntold,
    numbered: script.numbered,
    answersLost: script.lostAnswers.includes(true),
  };
}

type Played = Awaited<ReturnType<typeof play>>;

const ofMaster = ({ world }: Played) =>
  world.received.filter(({ connectionId, frameId }) => connectionId !== "a1" && frameId !== undefined);

/** Every frame has one end, and its sender knows it. */
function everyFrameIsAnsweredFor(played: Played): void {
  const { world, sent, ambiguous } = played;
  const reports = Map.groupBy(world.reports(), ([id]) => id);
  const arrived = new Set(ofMaster(played).map(({ frameId }) => frameId));
  expect(world.waiting()).toEqual([]);
  expect(world.queue.messages()).toEqual([]);
  for (const { id, code, sentAt } of sent) {
    const told = (reports.get(id) ?? []).map(([, end]) => end);
    if (played.answersLost) {
      // A lost answer may tell an end twice, never two ends; that a frame is superseded may be lost, or too much.
      const ends = new Set([...told, ...(/queued|superseded/.test(code) ? [] : [code])]);
      const isOvertaken = sent.some((other) => other.kind !== "candidate" && other.sentAt > sentAt);
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
  const had = new Set<string>();
  for (const { connectionId, frameId, at } of world.received) {
    const one = known.get(String(frameId));
    if (!one || connectionId === "a1") continue;
    if (one.kind !== "candidate") {
      last.set(one.ufrag, one);
      had.add(`${connectionId} ${one.ufrag}`);
      continue;
    }
    const sdp = last.get(one.ufrag);
    if (sdp?.kind !== "offer" || refused.has(sdp.id) || sdp.sentAt + 60_000 <= Number(at)) continue;
    expect([one.id, had.has(`${connectionId} ${one.ufrag}`)]).toEqual([one.id, true]);
  }
}

/** SDPs come in the order in which they were sent. */
function descriptionsKeepTheirOrder(played: Played): void {
  const times = new Map(played.sent.map(({ id, sentAt }) => [id, sentAt] as const));
  const order = ofMaster(played)
    .filter(({ messageType }) => messageType !== "ICE_CANDIDATE")
    .filter(({ frameId }) => !played.ambiguous.has(String(frameId)))
    .map(({ frameId }) => times.get(String(frameId)) ?? 0);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
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
          descriptionsKeepTheirOrder(played);
          numbersKeepTheirOrder(played);
        }),
        { numRuns: 200, interruptAfterTimeLimit: 20_000 },
      );
    },
    60_000,
  );
});
