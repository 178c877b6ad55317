/** Between which epoch milliseconds the local cloud's clock is now. */
export type LocalTime = () => { readonly earliest: number; readonly latest: number };

/** A request to the control API. */
export type Control = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The local cloud's clock, as its control API moves it. */
export class LocalClock {
  readonly #control: Control;
  #offset = 0;
  #onTheWay = 0;
  #moves: Promise<void> = Promise.resolve();

  constructor(control: Control) {
    this.#control = control;
  }

  async read(): Promise<void> {
    const { now } = (await this.#control("GET", "/health")) as { now: number };
    this.#offset = now - Date.now();
  }

  readonly now: LocalTime = () => {
    const earliest = Date.now() + this.#offset;
    return { earliest, latest: earliest + this.#onTheWay };
  };

  /** One move after the other. Ends when what fell due was done. */
  advance(milliseconds: number): Promise<void> {
    this.#moves = this.#moves.then(async () => {
      this.#onTheWay = milliseconds;
      await this.#control("POST", "/clock", { advanceMs: milliseconds });
      await this.read();
      this.#onTheWay = 0;
    });
    return this.#moves;
  }
}
