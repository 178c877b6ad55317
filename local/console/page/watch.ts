/** What a watch needs of the browser. */
export interface WatchPorts {
  /** Whether a person can see what is watched. */
  readonly isVisible: () => boolean;
  /** Calls `wake` once, after a second or so; the answer calls that off. */
  readonly later: (wake: () => void) => () => void;
}

/**
 * Asks again and again while somebody looks: one request at a time, the next a pause after the last was answered.
 * Rejections of `ask` end in `failed`, and the watch goes on.
 */
export class Watch {
  readonly #ask: () => Promise<void>;
  readonly #failed: (fault: unknown) => void;
  readonly #ports: WatchPorts;
  #isOn = false;
  #isAsking = false;
  /** Somebody wants an answer newer than the one under way. */
  #isWanted = false;
  #callOff: (() => void) | undefined;

  constructor(ask: () => Promise<void>, failed: (fault: unknown) => void, ports: WatchPorts) {
    this.#ask = ask;
    this.#failed = failed;
    this.#ports = ports;
  }

  start(): void {
    this.#isOn = true;
    this.look();
  }

  stop(): void {
    this.#isOn = false;
    this.#isWanted = false;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  /** Asks now, or as soon as the request under way is answered. Nothing while it is off or nobody looks. */
  look(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    if (!this.#isOn || !this.#ports.isVisible()) return;
    if (this.#isAsking) {
      this.#isWanted = true;
      return;
    }
    this.#isAsking = true;
    this.#isWanted = false;
    this.#ask()
      .catch(this.#failed)
      .finally(() => {
        this.#isAsking = false;
        if (this.#isWanted) return this.look();
        if (this.#isOn && this.#ports.isVisible()) this.#callOff = this.#ports.later(() => this.look());
      });
  }
}
