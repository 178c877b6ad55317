import type { Pair } from "./negotiation.ts";
import type { PairState } from "./pair-state.ts";
import type { Reached } from "./peers.ts";

/** Milliseconds for which what was read of a pair, and its recipient's connection, are used again. */
export const knownFor = 5_000;
const most = 1_000;

/** An open gate and the connection behind it. */
export interface OpenGate {
  readonly ufrags: readonly string[];
  readonly reached: Reached;
}

/**
 * The open gates that this instance has read, so that a candidate needs one call only. A candidate
 * without a ufrag finds none: it belongs to the newest negotiation, which only the table knows.
 */
export class OpenGates {
  readonly #gates = new Map<string, OpenGate>();

  /** The connection for a candidate of that negotiation, at `now` (epoch ms). */
  find(pair: Pair, ufrag: string | undefined, now: number): Reached | undefined {
    const known = this.#gates.get(keyOf(pair));
    if (!known || ufrag === undefined || !known.ufrags.includes(ufrag)) return undefined;
    return isFresh(known.reached, now) ? known.reached : undefined;
  }

  /** Remembers the gate of a row, if it is open and `reached` is behind it. */
  remember(pair: Pair, { gate, ufrags }: PairState, reached: Reached): void {
    if (gate !== "open") return;
    const key = keyOf(pair);
    this.#gates.delete(key);
    this.#gates.set(key, { ufrags, reached });
    if (this.#gates.size > most) this.#gates.delete(this.#gates.keys().next().value ?? "");
  }

  forget(pair: Pair): void {
    this.#gates.delete(keyOf(pair));
  }
}

const keyOf = ({ recipient, sender }: Pair): string => `${recipient}<${sender}`;

/** True while a connection that was looked up may be used without looking again. */
export const isFresh = ({ foundAt }: { readonly foundAt: number }, now: number): boolean =>
  now >= foundAt && now - foundAt < knownFor;
