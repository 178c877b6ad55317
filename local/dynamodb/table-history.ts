import type { Clock } from "../clock.ts";
import type { Dynalite, Level, LevelPut } from "./dynalite.ts";
import { within } from "./within.ts";

const day = 24 * 60 * 60;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html */
export const recoveryDays = 35;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html */
const lag = 5 * 60;

/** The seconds between which a table can be restored to any. While a table is new, `latest` is before `earliest`. */
export interface RecoveryWindow {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * What point-in-time recovery keeps: of each row the last version of every second in which it was written, for 35 days.
 * It is in the tables' own store, and a version is written together with the row, or neither is.
 */
export class TableHistory {
  readonly #level: Level;
  readonly #clock: Pick<Clock, "now">;
  /** Table → the second from which it can be restored. */
  readonly #since: Map<string, number>;
  #nextPrune = 0;

  private constructor(level: Level, clock: Pick<Clock, "now">, since: Map<string, number>) {
    this.#level = level;
    this.#clock = clock;
    this.#since = since;
  }

  /** Goes on with what the store holds, and from now on is told of every write. */
  static async open(dynalite: Dynalite, clock: Pick<Clock, "now">): Promise<TableHistory> {
    const since = new Map<string, number>();
    for await (const [key, value] of dynalite.level.iterator(within("recovered"))) {
      since.set(key.slice("recovered~".length), Number(value));
    }
    const history = new TableHistory(dynalite.level, clock, since);
    dynalite.onWrite((table, key, row) => (since.has(table) ? history.#version(table, key, row) : undefined));
    return history;
  }

  /** Keeps the table's history from now on, where it is not kept already. */
  async keep(table: string): Promise<void> {
    if (this.#since.has(table)) return;
    const since = this.#second() + 1;
    this.#since.set(table, since);
    const versions: LevelPut[] = [];
    for await (const [key, row] of this.#level.iterator(within(`item-${table}`))) {
      versions.push(this.#version(table, key.slice(`item-${table}~`.length), row));
    }
    await this.#level.batch([...versions, { type: "put", key: `recovered~${table}`, value: since }]);
  }

  /** Of a table that is gone nothing is kept. On AWS a backup of it is, but no point in time. */
  async forget(table: string): Promise<void> {
    if (!this.#since.delete(table)) return;
    const keys: string[] = [];
    for await (const [key] of this.#level.iterator(within(`history-${table}`))) keys.push(key);
    await this.#level.batch([...keys, `recovered~${table}`].map((key) => ({ type: "del", key })));
  }

  /** Undefined where the table has no point-in-time recovery. */
  window(table: string): RecoveryWindow | undefined {
    const since = this.#since.get(table);
    const now = this.#second();
    return since === undefined
      ? undefined
      : { earliest: Math.max(since, now - recoveryDays * day), latest: now - lag };
  }

  /** The rows as they were when that second, of the epoch, began. */
  async rowsAt(table: string, second: number): Promise<readonly unknown[]> {
    const rows = new Map<string, unknown>();
    for await (const [key, version] of this.#level.iterator(within(`history-${table}`))) {
      const { row: name, written } = partsOf(key);
      // The versions of one row come in the order of their seconds.
      if (written < second) rows.set(name, (version as Version).row);
    }
    return [...rows.values()].filter((row) => row !== undefined);
  }

  /** Once a day of the clock, removes the versions to which nobody can go back any more. */
  async prune(): Promise<void> {
    const now = this.#second();
    if (now < this.#nextPrune) return;
    this.#nextPrune = now + day;
    for (const table of this.#since.keys()) await this.#pruneTable(table, now - recoveryDays * day);
  }

  async #pruneTable(table: string, earliest: number): Promise<void> {
    const newest = new Map<string, { readonly key: string; readonly isDeletion: boolean }>();
    const spent: string[] = [];
    for await (const [key, version] of this.#level.iterator(within(`history-${table}`))) {
      const { row, written } = partsOf(key);
      if (written >= earliest) continue;
      const older = newest.get(row);
      if (older) spent.push(older.key);
      newest.set(row, { key, isDeletion: (version as Version).row === undefined });
    }
    for (const { key, isDeletion } of newest.values()) if (isDeletion) spent.push(key);
    await this.#level.batch(spent.map((key) => ({ type: "del", key })));
  }

  #version(table: string, key: string, row: unknown): LevelPut {
    const second = String(this.#second()).padStart(12, "0");
    return { type: "put", key: `history-${table}~${key}~${second}`, value: { row } satisfies Version };
  }

  #second(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

/** Without a row it was deleted. */
interface Version {
  readonly row?: unknown;
}

const partsOf = (key: string) => ({ row: key.slice(0, -13), written: Number(key.slice(-12)) });
