import type { Clock } from "../clock.ts";

/** Receivers that wait for a message: each sleeps until its queue changes, its time comes, or all are ended. */
export class Receivers {
  readonly #clock: Clock;
  readonly #sleeping = new Map<string, Set<() => void>>();
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ended;
  }

  sleep(queueName: string, until: number): Promise<void> {
    return new Promise((resolve) => {
      const sleepers = this.#sleeping.get(queueName) ?? new Set();
      this.#sleeping.set(queueName, sleepers);
      const wake = () => {
        timer.cancel();
        sleepers.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, until - this.#clock.now());
      sleepers.add(wake);
    });
  }

  wake(queueName: string): void {
    for (const wake of [...(this.#sleeping.get(queueName) ?? [])]) wake();
  }

  end(): void {
    this.#ended = true;
    for (const name of this.#sleeping.keys()) this.wake(name);
  }
}
