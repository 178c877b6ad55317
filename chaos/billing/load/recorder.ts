import type { LocalTime } from "../../local-clock.ts";
import type { CallRecord, Ledger, Moment, SettledRecord, StatusRecord } from "../ledger.ts";

/** Writes down what customers and Stripe see, in the order in which they see it. */
export class Recorder {
  readonly #time: LocalTime;
  #order = 0;
  readonly calls: CallRecord[] = [];
  readonly statuses: StatusRecord[] = [];
  readonly settled: SettledRecord[] = [];
  readonly #lastStatus = new Map<string, string>();

  constructor(time: LocalTime) {
    this.#time = time;
  }

  moment(): Moment {
    this.#order += 1;
    return { order: this.#order, ...this.#time() };
  }

  /** Only what is another status than the one before. */
  status(record: StatusRecord): void {
    if (this.#lastStatus.get(record.subscription) === record.status) return;
    this.#lastStatus.set(record.subscription, record.status);
    this.statuses.push(record);
  }

  ledger(customers: readonly string[], healed: Moment): Ledger {
    const { calls, statuses, settled } = this;
    return { customers, calls, statuses, settled, healed };
  }
}
