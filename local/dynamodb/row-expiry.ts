import type { Dynalite } from "./dynalite.ts";
import { type ExpiringTable, expireRows } from "./expire-rows.ts";

/** What the last look at a table found. */
interface Look {
  readonly ttlAttribute: string;
  /** The table's writes before it. */
  readonly writes: number;
  /** The epoch second after which the next row expires. */
  readonly next: number;
}

/**
 * Expires rows. To look for them is to read the whole table, so a table is looked at only when a row of it was written
 * since the last look, or when the first of those that were there has expired.
 */
export class RowExpiry {
  readonly #dynalite: Dynalite;
  readonly #looks = new Map<string, Look>();

  constructor(dynalite: Dynalite) {
    this.#dynalite = dynalite;
  }

  /** Deletes the rows that have expired at `now`, in epoch seconds. */
  async expire(table: ExpiringTable, now: number): Promise<void> {
    const { name, ttlAttribute } = table;
    const writes = this.#dynalite.writesTo(name);
    const last = this.#looks.get(name);
    if (last?.writes === writes && last.ttlAttribute === ttlAttribute && now <= last.next) return;
    const next = await expireRows(this.#dynalite, table, now);
    this.#looks.set(name, { ttlAttribute, writes, next });
  }
}
