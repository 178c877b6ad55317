/**
 * Runs tasks so that no two that share a key run at once: of tasks with a common key, the one handed in
 * first ends before the next begins. Tasks without a common key run together.
 */
export class GroupOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when the task is done; `task` must not reject. */
  async run(keys: Iterable<string>, task: () => Promise<void>): Promise<void> {
    const own = [...new Set(keys)];
    const earlier = own.flatMap((key) => this.#last.get(key) ?? []);
    const done = earlier.length === 0 ? task() : Promise.all(earlier).then(task);
    for (const key of own) this.#last.set(key, done);
    await done;
    for (const key of own) if (this.#last.get(key) === done) this.#last.delete(key);
  }
}
