/** Time as the local cloud sees it: real time plus an offset that only ever grows. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** The moment to which time is being moved, in epoch milliseconds; the present when it is not. */
  target(): number;
  /** Calls back once, `delay` milliseconds of this clock from now. */
  setTimeout(callback: () => void, delay: number): Timer;
  /** Work that takes no time of this clock: `advance` waits for it, but no longer than two real seconds. */
  hold(work: Promise<unknown>): void;
  /** The offset in milliseconds, shared with worker threads: one 64-bit integer, read with Atomics. */
  readonly offset: SharedArrayBuffer;
}

export interface Timer {
  cancel(): void;
}

interface Pending {
  readonly due: number;
  readonly callback: () => void;
  real: NodeJS.Timeout | undefined;
}

const longestHold = 2_000;
const longestRealTimer = 2 ** 31 - 1;

/** A clock that runs with the machine's and can be moved forward. */
export class AdvanceableClock implements Clock {
  readonly offset = new SharedArrayBuffer(8);
  readonly #offset = new BigInt64Array(this.offset);
  readonly #pending = new Set<Pending>();
  readonly #held = new Set<Promise<unknown>>();
  readonly #realTime: () => number;
  #target = 0;
  #moved: Promise<void> = Promise.resolve();

  /** `realTime` gives epoch milliseconds; a constant function makes a clock that only `advance` moves. */
  constructor(realTime: () => number = Date.now) {
    this.#realTime = realTime;
  }

  now(): number {
    return this.#realTime() + Number(Atomics.load(this.#offset, 0));
  }

  target(): number {
    return Math.max(this.#target, this.now());
  }

  setTimeout(callback: () => void, delay: number): Timer {
    const pending: Pending = { due: this.now() + Math.max(0, delay), callback, real: undefined };
    this.#pending.add(pending);
    this.#arm(pending);
    return {
      cancel: () => {
        clearTimeout(pending.real);
        this.#pending.delete(pending);
      },
    };
  }

  hold(work: Promise<unknown>): void {
    const release = () => {
      this.#held.delete(settled);
    };
    const settled: Promise<void> = work.then(release, release);
    this.#held.add(settled);
  }

  /**
   * Moves time forward by `milliseconds`, calling what falls due on the way, in order, each at its own
   * moment. Between calls the event loop turns and held work ends, so that what a callback started can set
   * its own timers. Of two moves at once the second begins when the first has ended.
   */
  advance(milliseconds: number): Promise<void> {
    const moved = this.#moved.then(() => this.#move(milliseconds));
    this.#moved = moved.catch(() => {});
    return moved;
  }

  async #move(milliseconds: number): Promise<void> {
    await this.#settle();
    const target = this.now() + milliseconds;
    this.#target = Math.max(this.#target, target);
    for (;;) {
      const next = this.#earliest(target);
      if (!next) break;
      this.#moveTo(next.due);
      this.#fire(next);
      await this.#settle();
    }
    this.#moveTo(target);
    for (const pending of this.#pending) this.#arm(pending);
  }

  async #settle(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#held.size === 0) return;
    const { promise: tooLong, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, longestHold);
    while (this.#held.size > 0) {
      if ((await Promise.race([Promise.all(this.#held).then(() => "settled"), tooLong])) === undefined) {
        // What hangs, such as an instance that was frozen, is waited for once, not at every moment on the way.
        this.#held.clear();
      }
    }
    clearTimeout(timer);
  }

  #moveTo(time: number): void {
    const behind = Math.ceil(time - this.now());
    if (behind > 0) Atomics.add(this.#offset, 0, BigInt(behind));
  }

  #earliest(until: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due <= until && (!earliest || pending.due < earliest.due)) earliest = pending;
    }
    return earliest;
  }

  #arm(pending: Pending): void {
    clearTimeout(pending.real);
    const wait = Math.min(Math.max(0, pending.due - this.now()), longestRealTimer);
    pending.real = setTimeout(() => {
      if (pending.due <= this.now()) this.#fire(pending);
      else this.#arm(pending);
    }, wait);
    pending.real.unref();
  }

  #fire(pending: Pending): void {
    clearTimeout(pending.real);
    if (this.#pending.delete(pending)) pending.callback();
  }
}
