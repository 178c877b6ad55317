import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import { account } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import { copyOfJson } from "./copy-of-json.ts";
import { type Descriptions, keepDescriptions } from "./keep-descriptions.ts";
import { type Reads, readDirectly } from "./read-directly.ts";
import { type ExpressionParser, rememberExpressions } from "./remember-expressions.ts";
import { writtenTogether } from "./written-together.ts";

/** A request after dynalite's own checks: its types hold, and `_updates`, `_condition`, `_keyCondition`, `_filter` and `_projection` are its expressions, parsed. */
export type CheckedRequest = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Callback = (error: unknown, value?: unknown) => void;

interface ItemStore {
  get(key: string, callback: Callback): void;
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

export interface LevelPut {
  readonly type: "put";
  readonly key: string;
  readonly value: unknown;
}

export type LevelWrite = LevelPut | { readonly type: "del"; readonly key: string };

/** The ordered store below all tables. A row of `peers` is the key `item-peers~…`. */
export interface Level {
  batch(operations: readonly LevelWrite[]): Promise<void>;
  iterator(range: {
    readonly gte: string;
    readonly lt: string;
  }): AsyncIterable<[key: string, value: unknown]>;
}

/** Told of each write while it holds the row's lock: what it returns is written with it. Without a row it is a deletion. */
export type OnWrite = (tableName: string, key: string, row: unknown) => LevelPut | undefined;

/** What `dynalite/db` makes: the level database and its parts. */
interface Store extends Descriptions {
  readonly options: Record<string, unknown>;
  readonly db: Level & Reads & { open(): Promise<void>; close(): Promise<void> };
  readonly tableDb: Descriptions["tableDb"] & { awsAccountId: string; awsRegion: string };
  getItemDb(tableName: string): ItemStore;
  getIndexDb(kind: string, tableName: string, indexName: string): ItemStore;
}

interface Operation {
  readonly types: object;
  readonly custom: unknown;
  readonly run: (store: Store, request: CheckedRequest, callback: Callback) => void;
}

interface Refusal {
  readonly statusCode: number;
  readonly body: { readonly __type: string } & Readonly<Record<string, unknown>>;
}

const require = createRequire(import.meta.url);
const { create } = require("dynalite/db/index.js") as { create(options: object): Store };
const checks = require("dynalite/validations/index.js") as {
  checkTypes(request: unknown, types: object): CheckedRequest;
  checkValidations(request: CheckedRequest, types: object, custom: unknown, store: Store): void;
};

for (const kind of ["condition", "projection", "update"]) {
  rememberExpressions(require(`dynalite/db/${kind}Parser.js`) as ExpressionParser);
}

const names = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "GetItem",
  "ListTables",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
] as const;

export type DynaliteOperation = (typeof names)[number];

const operations = new Map<string, Operation>(
  names.map((name) => {
    const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
    const { types, custom } = require(`dynalite/validations/${file}`);
    return [name, { types, custom, run: require(`dynalite/actions/${file}`) }];
  }),
);

/**
 * dynalite without its HTTP server: the checks and the actions that its request listener would call
 * (https://github.com/architect/dynalite/blob/v4.0.0/index.js), on a store of its own.
 */
export class Dynalite {
  readonly #store: Store;
  #onWrite: OnWrite = () => undefined;

  private constructor(store: Store) {
    this.#store = store;
  }

  get level(): Level {
    return this.#store.db;
  }

  onWrite(onWrite: OnWrite): void {
    this.#onWrite = onWrite;
  }

  /** Opens the store: in memory, or in the folder `path`. Rejects with the system's reason when it cannot. */
  static async open(path?: string): Promise<Dynalite> {
    const store = create({ ...(path && { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    store.tableDb.awsAccountId = account.id;
    store.tableDb.awsRegion = account.region;
    await store.db.open();
    readDirectly(store.db);
    keepDescriptions(store);
    return new Dynalite(store);
  }

  /** A copy of the request that passed every check that needs no table. Throws AwsError. */
  check(operation: DynaliteOperation, request: unknown): CheckedRequest {
    const { types, custom } = known(operation);
    if (typeof request !== "object" || request === null || Array.isArray(request)) throw malformed();
    const copy = copyOfJson(request);
    try {
      const checked = checks.checkTypes(copy, types);
      checks.checkValidations(checked, types, custom, this.#store);
      return checked;
    } catch (error) {
      if (isRefusal(error)) throw asAwsError(error);
      throw malformed();
    }
  }

  /** Runs a checked request, which it may change. Rejects only on a fault of the store. */
  run(operation: DynaliteOperation, request: CheckedRequest): Promise<Answer> {
    return this.#run(this.#store, operation, request);
  }

  /**
   * Runs a write; when its condition fails, the refusal carries the item as the action saw it while it
   * held the item's lock (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html,
   * ReturnValuesOnConditionCheckFailure).
   */
  async runShowingItem(operation: DynaliteOperation, request: CheckedRequest): Promise<Answer> {
    let seen: unknown;
    const store = this.#store;
    const watching: Store = {
      ...store,
      getItemDb(tableName) {
        const items = store.getItemDb(tableName);
        return {
          ...items,
          get: (key, callback) =>
            items.get(key, (error, item) => {
              seen = item;
              callback(error, item);
            }),
        };
      },
    };
    const { status, body } = await this.#run(watching, operation, request);
    const refused = String(body.__type).endsWith("#ConditionalCheckFailedException");
    return { status, body: refused && seen !== undefined ? { ...body, Item: seen } : body };
  }

  /** Puts rows into a table that has them not. Throws for one that its table does not take. */
  async putRows(TableName: string, rows: readonly unknown[]): Promise<void> {
    for (const [place, Item] of rows.entries()) {
      if (place % 100 === 99) await setImmediate();
      const { status, body } = await this.run("PutItem", this.check("PutItem", { TableName, Item }));
      if (status !== 200) throw new Error(`Table ${TableName} cannot be filled: ${body.message}`);
    }
  }

  async close(): Promise<void> {
    await this.#store.db.close();
  }

  #run(store: Store, operation: DynaliteOperation, request: CheckedRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      known(operation).run(writtenTogether(store, this.#onWrite), request, (error, value) => {
        if (!error) return resolve({ status: 200, body: value as Answer["body"] });
        if (isRefusal(error)) return resolve({ status: error.statusCode, body: error.body });
        reject(new Error(`dynalite: ${operation} failed`, { cause: error }));
      });
    });
  }
}

function known(name: DynaliteOperation): Operation {
  const operation = operations.get(name);
  if (!operation) throw new Error(`dynalite has no operation ${name}`);
  return operation;
}

function malformed(): AwsError {
  return new AwsError("SerializationException", 400, "The request is not of the form of this operation");
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

function asAwsError({ statusCode, body }: Refusal): AwsError {
  const code = body.__type.split("#").at(-1) ?? body.__type;
  return new AwsError(code, statusCode, String(body.message ?? body.Message ?? ""));
}
