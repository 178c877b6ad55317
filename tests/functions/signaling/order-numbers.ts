import { expect } from "@jest/globals";
import type { orderWorld } from "./order-world.ts";

interface PlayedNumbers {
  readonly world: Pick<ReturnType<typeof orderWorld>, "received">;
  readonly sent: readonly {
    readonly id: string;
    readonly seq: number | undefined;
    readonly codes: readonly string[];
    readonly answeredAt: number;
  }[];
  /** Frames whose post had an ambiguous answer. */
  readonly ambiguous: ReadonlySet<string>;
  /** Posts of a SEQUENCE_GAP that failed. */
  readonly gapsUntold: number;
  /** Whether DynamoDB's answers were lost. */
  readonly answersLost: boolean;
}

/** Ends with which a number is used up, though nothing arrives. */
const otherEnd = /^(superseded|expired|unknown|undeliverable)$/;

/** When the sender was told that the frame of a number will not arrive. */
function numbersEnded({ world, sent }: PlayedNumbers): ReadonlyMap<number, number> {
  const ended = new Map<number, number>();
  for (const { seq, codes, answeredAt } of sent) {
    if (seq && codes.some((code) => otherEnd.test(code))) ended.set(seq, answeredAt);
  }
  const numbers = new Map(sent.map(({ id, seq }) => [id, seq] as const));
  for (const { messageType, reports, at } of world.received) {
    if (messageType !== "DELIVERY_REPORT") continue;
    for (const { correlationId, code } of reports as { correlationId: string; code: string }[]) {
      const seq = numbers.get(correlationId);
      if (seq && otherEnd.test(code)) ended.set(seq, Number(at));
    }
  }
  return ended;
}

/** Numbered frames come in order. Each number that is left out was told: to the recipient, or as its end to the sender. */
export function numbersKeepTheirOrder(played: PlayedNumbers): void {
  const { world, ambiguous, gapsUntold, answersLost } = played;
  let last = 0;
  const ended = numbersEnded(played);
  const told = new Set<number>();
  const seen = new Set<unknown>();
  for (const { connectionId, messageType, frameId, seq, from, to, at } of world.received) {
    if (connectionId === "a1") continue;
    if (messageType === "SEQUENCE_GAP") {
      // Nobody waits for what has ended.
      for (const edge of [from, to]) {
        const endedAt = ended.get(Number(edge)) ?? Number.POSITIVE_INFINITY;
        expect({ edge, early: endedAt < Number(at) }).toEqual({ edge, early: false });
      }
      for (let number = Number(from); number <= Number(to); number += 1) told.add(number);
    }
    // A repeated frame: an offer for a fresh client, or an ambiguous answer.
    if (seq === undefined || seen.has(frameId)) continue;
    seen.add(frameId);
    if (ambiguous.has(String(frameId)) && Number(seq) <= last) continue;
    expect(Number(seq)).toBeGreaterThan(last);
    // At the last try what is behind a gap goes on, though nobody could be told of it. A lost answer may lose an end.
    const isAmbiguous = ambiguous.size > 0 || gapsUntold > 0 || answersLost;
    for (let number = last + 1; number < Number(seq) && !isAmbiguous; number += 1) {
      const accounted = told.has(number) || ended.has(number);
      expect({ seq, number, accounted }).toEqual({ seq, number, accounted: true });
    }
    last = Number(seq);
  }
}
