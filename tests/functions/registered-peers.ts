import { createRequire } from "node:module";

type Callback = (error: unknown, value?: unknown) => void;
type Item = Readonly<
  Record<string, { readonly S: string } | { readonly N: string } | { readonly BOOL: boolean }>
>;

interface Rows {
  batch(operations: readonly { type: "put"; key: string; value: unknown }[], done: Callback): void;
}

/** The store of dynalite, below its operations: https://github.com/architect/dynalite/blob/v4.0.0/db/index.js */
const dynalite = createRequire(import.meta.url)("dynalite/db/index.js") as {
  create(options: { path: string }): {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
    getTable(name: string, done: Callback): void;
    getItemDb(table: string): Rows;
    getIndexDb(type: "Global", table: string, index: string): Rows;
  };
  createKey(item: Item, table: Table): string;
  getIndexActions(
    indexes: Table["GlobalSecondaryIndexes"],
    before: undefined,
    item: Item,
    table: Table,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
};

interface Table {
  readonly GlobalSecondaryIndexes: readonly object[];
}

const year2100 = "4102444800";

/**
 * Puts so many peers, ten a channel, into the table `peers` of a closed data folder, each with its entry in
 * the index, in seconds where PutItem would take a minute.
 */
export async function registerPeers(folder: string, count: number): Promise<void> {
  const store = dynalite.create({ path: folder });
  await store.db.open();
  const table = (await done((callback) => store.getTable("peers", callback))) as Table;
  const [items, index] = [store.getItemDb("peers"), store.getIndexDb("Global", "peers", "keepalive")];
  for (let first = 0; first < count; first += 10_000) {
    const peers = Array.from({ length: Math.min(10_000, count - first) }, (_, more) => peer(first + more));
    const rows = peers.map((value) => ({
      type: "put" as const,
      key: dynalite.createKey(value, table),
      value,
    }));
    const entries = peers.flatMap((one) =>
      dynalite
        .getIndexActions(table.GlobalSecondaryIndexes, undefined, one, table)
        .puts.map(({ key, item }) => ({ type: "put" as const, key, value: item })),
    );
    await done((callback) => items.batch(rows, callback));
    await done((callback) => index.batch(entries, callback));
  }
  await store.db.close();
}

/** A row as `$connect` writes it. */
const peer = (index: number): Item => ({
  channel: { S: `acme#room-${Math.floor(index / 10)}` },
  clientId: { S: `peer-${index}` },
  connectionId: { S: `connection-${index}` },
  subject: { S: `user-${index}` },
  role: { S: "VIEWER" },
  announced: { BOOL: false },
  instance: { S: "" },
  connectedAt: { N: "1700000000000" },
  keepaliveAt: { N: String(4_102_440_000 + (index % 500)) },
  shard: { N: String(index % 4) },
  expiresAt: { N: year2100 },
  v: { N: "2" },
});

const done = (act: (callback: Callback) => void): Promise<unknown> =>
  new Promise((resolve, reject) => act((error, value) => (error ? reject(error) : resolve(value))));
