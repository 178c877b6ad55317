import type { Outgoing } from "./link.ts";
import type { SentFrame } from "./recorder.ts";

/** Answers after which a client sends the same frame again. */
const retryable = new Set(["delivery_unavailable", "too_fast", "mailbox_full"]);
const patienceMs = 1_500;
const mostSends = 6;

interface Waiting {
  readonly frame: SentFrame;
  readonly outgoing: Outgoing;
  timer: NodeJS.Timeout | undefined;
  sends: number;
}

/**
 * Sends a frame again, with the same correlation id, that found no answer within 1.5 s, or one that asks for
 * it. What a newer SDP has overtaken is left alone, unless it is numbered: its place must be filled.
 */
export class Resending {
  readonly #send: (frame: SentFrame, outgoing: Outgoing) => boolean;
  readonly #waiting = new Map<string, Waiting>();
  /** The ufrag of the newest SDP, by recipient. */
  readonly #newest = new Map<string, string>();

  constructor(send: (frame: SentFrame, outgoing: Outgoing) => boolean) {
    this.#send = send;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  expect(frame: SentFrame, outgoing: Outgoing): void {
    const { correlationId, kind, to, ufrag } = frame;
    if (correlationId === undefined) return;
    if (kind !== "ICE_CANDIDATE" && ufrag !== undefined) this.#newest.set(to, ufrag);
    const waiting = { frame, outgoing, timer: undefined, sends: 1 };
    this.#waiting.set(correlationId, waiting);
    this.#arm(correlationId, waiting, patienceMs);
  }

  answered(correlationId: string, code: string): void {
    const waiting = this.#waiting.get(correlationId);
    if (!waiting) return;
    if (retryable.has(code)) this.#arm(correlationId, waiting, 100 * waiting.sends);
    else this.#forget(correlationId, waiting);
  }

  /** A new socket is open. */
  again(): void {
    for (const [correlationId, waiting] of this.#waiting) this.#resend(correlationId, waiting);
  }

  stop(): void {
    for (const [correlationId, waiting] of this.#waiting) this.#forget(correlationId, waiting);
  }

  #arm(correlationId: string, waiting: Waiting, milliseconds: number): void {
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(() => this.#resend(correlationId, waiting), milliseconds);
  }

  #resend(correlationId: string, waiting: Waiting): void {
    const { frame, outgoing } = waiting;
    const isOld = frame.seq === undefined && this.#newest.get(frame.to) !== (frame.ufrag ?? "");
    if (isOld || waiting.sends >= mostSends) {
      this.#forget(correlationId, waiting);
      return;
    }
    if (!this.#send(frame, outgoing)) {
      // Until a new socket is open.
      clearTimeout(waiting.timer);
      return;
    }
    waiting.sends += 1;
    this.#arm(correlationId, waiting, patienceMs);
  }

  #forget(correlationId: string, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(correlationId);
  }
}
