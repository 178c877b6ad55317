import type fc from "fast-check";
import { answerOf, candidateOf, offerOf } from "./frames-to-send.ts";
import { announced as asAnnounced, master } from "./identities.ts";
import { mortal } from "./mortal.ts";
import type { Script } from "./order-script.ts";
import { orderWorld, type Posting, start } from "./order-world.ts";
import { queueUnavailable } from "./relay-world.ts";

export interface Sent {
  readonly id: string;
  readonly kind: "offer" | "answer" | "candidate";
  readonly ufrag: string;
  /** The act of the script. All of one act are sent at once. */
  readonly act: number;
  /** When it was, or should have been, sent first. */
  readonly sentAt: number;
  readonly seq: number | undefined;
  readonly send: (sentAt: number, requestId: string) => Promise<string>;
  readonly codes: string[];
  /** When the last answer came. */
  answeredAt: number;
}

/** Plays a script, its steps interleaved by the scheduler, and lets time pass until all is quiet. */
export async function play(scheduler: fc.Scheduler, script: Script) {
  const outcomes = [...script.posting];
  const lost = [...script.lost];
  const lostAnswers = [...script.lostAnswers];
  const failedWrites = [...script.failedWrites];
  const ambiguous = new Set<string>();
  let scheduling = true;
  const lives = mortal(script.deaths ?? []);
  const world = orderWorld({
    onTaken: lives.owes,
    invoke: (invocation) => (scheduling ? lives.begin(invocation) : invocation()),
    turn: async (what) => {
      if (scheduling) await scheduler.schedule(Promise.resolve(), what);
      await lives.step();
      if (scheduling && what === "send" && lost.shift()) throw queueUnavailable;
    },
    answerLost: () => scheduling && lostAnswers.shift() === true,
    writeFails: () => scheduling && failedWrites.shift() === true,
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
  let act = 0;
  let negotiation = 0;
  let connection = 1;
  let present = true;
  let arrivedAt = world.now;
  if (script.announced) world.present(identity(1), "m1", start - 60_000);

  let sends = 0;
  const transmit = async (one: Sent): Promise<void> => {
    sends += 1;
    const answer = one.send(world.now + sends, `r-${sends}`);
    one.codes.push(...(await answer.then((code) => [code], lives.unanswered)));
    one.answeredAt = world.now;
  };
  /** Those that may be sent again: of earlier acts, and not just being. */
  const idle = new Set<Sent>();
  const begin = (event: Script["acts"][number]["events"][number]): Promise<unknown> => {
    switch (event.kind) {
      case "again": {
        const one = script.numbered ? [...idle][event.which % idle.size] : undefined;
        return one && idle.delete(one) ? transmit(one) : Promise.resolve();
      }
      case "work":
        return world.workQueue();
      case "refresh": {
        if (present) closed.set(`m${connection}`, event.leaves);
        connection += 1;
        present = true;
        const id = `m${connection}`;
        arrivedAt = world.now;
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
        const label = String(index);
        const frame =
          kind === "offer"
            ? offerOf(ufrag, label)
            : kind === "answer"
              ? answerOf(ufrag, label)
              : candidateOf(ufrag, label);
        const id = `f${String(index).padStart(3, "0")}`;
        const seq = script.numbered ? index + 1 : undefined;
        const relay = warm[event.instance] ?? world.instance();
        const one: Sent = {
          ...{ id, kind, ufrag, act, sentAt: world.now + sends + 1, seq, codes: [], answeredAt: 0 },
          send: (sentAt, requestId) => relay({ ...frame, ...(seq && { seq }) }, id, sentAt, { requestId }),
        };
        sent.push(one);
        return script.numbered && event.dies ? Promise.resolve() : transmit(one);
      }
    }
  };
  for (const { events, pause } of script.acts) {
    act += 1;
    scheduling = true;
    for (const one of sent) idle.add(one);
    await scheduler.waitFor(Promise.all(events.map(begin)));
    scheduling = false;
    await world.passTime(world.now + pause);
  }
  await world.passTime(world.now + 200_000);
  const failures = [script.posting, script.lost, script.lostAnswers, script.failedWrites];
  const nothingFails = failures.every(({ length }) => length === 0);
  return {
    world,
    sent,
    ambiguous,
    refused,
    gapsUntold,
    /** The master's last connection, when it came, and whether it is still there. */
    last: { id: `m${connection}`, arrivedAt, isThere: present && !closed.has(`m${connection}`) },
    untold: lives.untold,
    numbered: script.numbered,
    answersLost: script.lostAnswers.includes(true),
    nothingFails,
    isUndisturbed:
      nothingFails &&
      script.acts.every(({ events }) =>
        events.every(
          (event) => /offer|answer|candidate|work/.test(event.kind) && !("dies" in event && event.dies),
        ),
      ),
  };
}

export type Played = Awaited<ReturnType<typeof play>>;
