/** Lets calls run side by side, and now and then something alone. */
export class CallGate {
  readonly #running = new Set<Promise<void>>();
  #alone: Promise<void> | undefined;

  /** Runs the call, after what has to be alone. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    while (this.#alone) await this.#alone;
    const result = call();
    const ended = settled(result);
    this.#running.add(ended);
    try {
      return await result;
    } finally {
      this.#running.delete(ended);
    }
  }

  /** Acts when every call that runs has ended, and before any other begins. */
  async alone(act: () => Promise<void>): Promise<void> {
    while (this.#alone) await this.#alone;
    const done = Promise.all(this.#running).then(act);
    this.#alone = settled(done);
    try {
      await done;
    } finally {
      this.#alone = undefined;
    }
  }
}

const settled = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => {},
    () => {},
  );
