import type { Gate } from "./gate.ts";

/** Milliseconds for which what was read of a pair, and its recipient's connection, are used again. */
export const knownFor = 5_000;
const most = 1_000;

/** An open gate and the connection behind it. */
export interface OpenGate {
  readonly ufrags: readonly string[];
  readonly connection: NonNullable<Gate["connection"]>;
}

/**
 * The open gates that this instance has read, so that a candidate needs one call only. A candidate
 * without a ufrag finds none: it belongs to the newest negotiation, which only the table knows.
 */
export class OpenGates {
  readonly #gates = new Map<string, OpenGate>();

  /** The connection for a candidate of that negotiation, at `now` (epoch ms). */
  find(pair: string, ufrag: string | undefined, now: number): string | undefined {
    const known = this.#gates.get(pair);
    if (!known || ufrag === undefined || !known.ufrags.includes(ufrag)) return undefined;
    return isFresh(known.connection, now) ? known.connection.id : undefined;
  }

  remember(pair: string, known: OpenGate): void {
    this.#gates.delete(pair);
    this.#gates.set(pair, known);
    if (this.#gates.size > most) this.#gates.delete(this.#gates.keys().next().value ?? "");
  }

  forget(pair: string): void {
    this.#gates.delete(pair);
  }
}

/** True while a connection that was looked up may be used without looking again. */
export const isFresh = ({ foundAt }: { readonly foundAt: number }, now: number): boolean =>
  now >= foundAt && now - foundAt < knownFor;
