import { Stream } from "node:stream";

type Callback = (error: unknown, value?: unknown) => void;

interface Iterator {
  /** At most so many of the next values, none at the end. */
  nextv(size: number): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** What of dynalite's store reads a row, or rows. */
export interface Reads {
  get(key: string, callback: Callback): void;
  /** Undefined for a key that is not there. */
  getSync(key: string): unknown;
  values(range: object): Iterator;
  createValueStream(range: object): Stream;
}

/**
 * Makes reads of rows cheap. dynalite answers each read a turn of the event loop later, in which other input goes first,
 * and reads a range through a stream that asks for one row at a time. Descriptions of tables it reads as before: who
 * waits for one to change must not keep the event loop from turning.
 */
export function readDirectly(db: Reads): void {
  const get = db.get.bind(db);
  db.get = (key, callback) => {
    if (!key.startsWith("item-")) return get(key, callback);
    let row: unknown;
    try {
      row = db.getSync(key);
    } catch (error) {
      return callback(error);
    }
    callback(null, row);
  };
  db.createValueStream = (range) => new ValueStream(db.values(range));
}

/** Rows of one step. Between steps a page that is full ends the reading. */
const rowsOfStep = 100;

/** The values of a range as a stream of the kind before Node 0.10, which is all that dynalite's lazy lists need. */
class ValueStream extends Stream {
  #destroyed = false;

  constructor(values: Iterator) {
    super();
    void this.#read(values).catch((error: unknown) => this.emit("error", error));
  }

  destroy(): void {
    this.#destroyed = true;
  }

  async #read(values: Iterator): Promise<void> {
    try {
      for (;;) {
        const rows = await values.nextv(rowsOfStep);
        if (rows.length === 0) return void this.emit("end");
        for (const row of rows) {
          if (this.#destroyed) return;
          this.emit("data", row);
        }
      }
    } finally {
      await values.close();
    }
  }
}
