import type { Callback, Level, LevelPut, LevelWrite, OnWrite } from "./dynalite.ts";

interface Writes {
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

/** What of dynalite's store writes rows and the entries of indexes. */
interface Store {
  readonly db: Level;
  getItemDb(tableName: string): Writes;
  getIndexDb(kind: string, tableName: string, indexName: string): Writes;
}

/**
 * The store for one operation: what it changes in a table's indexes is written with the row, in one batch. dynalite
 * itself takes the old entry out of an index before it puts the new one in, so that a query in between finds neither,
 * also one that reads a local index consistently.
 */
export function writtenTogether<S extends Store>(store: S, onWrite: OnWrite): S {
  const { db, getItemDb, getIndexDb } = store;
  const entries: LevelWrite[] = [];
  const write = (row: LevelWrite, more: LevelPut | undefined, callback: Callback) =>
    void db.batch([...entries.splice(0), row, ...(more ? [more] : [])]).then(() => callback(null), callback);
  const rows = (tableName: string): Writes => {
    const rowKey = (key: string) => `item-${tableName}~${key}`;
    return {
      ...getItemDb(tableName),
      put: (key, value, callback) =>
        write({ type: "put", key: rowKey(key), value }, onWrite(tableName, key, value), callback),
      del: (key, callback) =>
        write({ type: "del", key: rowKey(key) }, onWrite(tableName, key, undefined), callback),
    };
  };
  const entriesOf = (kind: string, tableName: string, indexName: string): Writes => {
    const entryKey = (key: string) => `index-${kind.toLowerCase()}~${tableName}~${indexName}~${key}`;
    return {
      ...getIndexDb(kind, tableName, indexName),
      put: (key, value, callback) => {
        entries.push({ type: "put", key: entryKey(key), value });
        callback(null);
      },
      del: (key, callback) => {
        entries.push({ type: "del", key: entryKey(key) });
        callback(null);
      },
    };
  };
  return { ...store, getItemDb: rows, getIndexDb: entriesOf };
}
