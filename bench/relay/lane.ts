import type { Peer } from "./peer.ts";

/** Milliseconds from the frame's sending to its arrival, or that the relay refused it. */
export type Exchange =
  | { readonly kind: "delivered"; readonly milliseconds: number }
  | { readonly kind: "refused"; readonly answer: string };

/** One frame as its sender writes it, and the payload by which its receiver knows it. */
export interface LaneFrame {
  readonly text: string;
  readonly payload: string;
  /** Others wait for it, so it is sent again until it is taken. */
  readonly leads: boolean;
}

/**
 * One direction between two peers, with at most one frame on its way. `frames` all differ and are sent
 * again from the first when the last was sent.
 */
export class Lane {
  readonly #from: Peer;
  readonly #frames: readonly LaneFrame[];
  #next = 0;
  #waiting: { readonly payload: string; readonly leads: boolean; readonly sentAt: number } | undefined;
  #settle: { resolve: (exchange: Exchange) => void; reject: (error: Error) => void } | undefined;

  constructor(from: Peer, to: Peer, frames: readonly LaneFrame[]) {
    this.#from = from;
    this.#frames = frames;
    to.onPayload = (payload) => {
      if (payload !== this.#waiting?.payload) return;
      this.#end({ kind: "delivered", milliseconds: performance.now() - this.#waiting.sentAt });
    };
    from.onRefusal = (answer) => {
      if (!this.#waiting) return;
      if (this.#waiting.leads) this.#next -= 1;
      this.#end({ kind: "refused", answer });
    };
    from.onClose = (code) => this.#settle?.reject(new Error(`a socket was closed with ${code}`));
  }

  /** Sends the next frame. Not to be called again before it resolved. */
  exchange(): Promise<Exchange> {
    const frame = this.#frames[this.#next++ % this.#frames.length];
    if (!frame) throw new Error("a lane needs frames");
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#waiting = { payload: frame.payload, leads: frame.leads, sentAt: performance.now() };
      this.#from.socket.send(frame.text);
    });
  }

  #end(exchange: Exchange): void {
    this.#waiting = undefined;
    this.#settle?.resolve(exchange);
  }
}
