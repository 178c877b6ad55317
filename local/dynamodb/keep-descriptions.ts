type Callback = (error: unknown, value?: unknown) => void;

/** What of dynalite's store holds the descriptions of tables. */
export interface Descriptions {
  readonly tableDb: {
    put(name: string, description: unknown, callback: Callback): void;
    del(name: string, callback: Callback): void;
  };
  /** Without `false`, only a table that can be used is found. */
  getTable(name: string, ...rest: [Callback] | [checkStatus: boolean, Callback]): void;
}

/**
 * Keeps the descriptions of tables that can be used, each until it is changed: dynalite reads and parses one for every
 * call. An operation that changes a description, or shows it, asks without the check of its status and gets one of its own.
 */
export function keepDescriptions(store: Descriptions): void {
  const kept = new Map<string, unknown>();
  let changes = 0;
  const { tableDb } = store;
  const [put, del, getTable] = [tableDb.put, tableDb.del, store.getTable];
  const forget = (name: string) => {
    kept.delete(name);
    changes++;
  };
  const forgetting = (name: string, callback: Callback): Callback => {
    forget(name);
    return (...answer) => {
      forget(name);
      callback(...answer);
    };
  };
  tableDb.put = (name, description, callback) => put(name, description, forgetting(name, callback));
  tableDb.del = (name, callback) => del(name, forgetting(name, callback));
  store.getTable = (name, ...rest) => {
    const callback = rest[0];
    if (typeof callback !== "function") return getTable(name, ...rest);
    const known = kept.get(name);
    if (known !== undefined) return callback(null, known);
    const before = changes;
    getTable(name, (error, description) => {
      // A read beside a change may have found what was before it.
      if (!error && changes === before) kept.set(name, description);
      callback(error, description);
    });
  };
}
