import { localArn } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import { accessOf, type TableKeys } from "./access.ts";
import { CallGate } from "./call-gate.ts";
import { type Answer, type CheckedRequest, Dynalite, type DynaliteOperation } from "./dynalite.ts";
import { everyMinute } from "./every-minute.ts";
import { expireRows } from "./expire-rows.ts";
import { rebuildTable } from "./rebuild-table.ts";
import { restoredRows } from "./restored-rows.ts";
import { TableHistory } from "./table-history.ts";
import {
  describeSchema,
  keyNames,
  parseTableSchema,
  sameButForGlobalIndexes,
  type TableSchema,
  tableKeys,
} from "./table-schema.ts";
import { continuousBackupsDescription, timeToLiveDescription } from "./table-settings.ts";
import type { TableConfiguration, TableRestore, Tables } from "./tables.ts";
import { wantsItemOnFailure } from "./wants-item-on-failure.ts";

export interface TablesOptions {
  readonly clock: Clock;
  /** The folder that keeps the rows; without it they are gone at `stop`. */
  readonly path?: string;
}

/**
 * DynamoDB of the local cloud. Over the wire: reads and writes of items, Query, Scan, batches,
 * DescribeTable, DescribeTimeToLive, DescribeContinuousBackups, ListTables and DeleteTable, and with `withTransactions`
 * TransactWriteItems; every other operation, PartiQL among them, is an UnknownOperationException. Throughput is not
 * limited.
 *
 * Rows expire on the clock: each whole minute after the start deletes what Time to Live would
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). Until then an
 * expired row is still read, as on AWS. While time is moved by days, rows expire hourly.
 *
 * Rejects when the folder cannot be opened, for example because another process holds it.
 */
export async function createTables(options: TablesOptions): Promise<Tables> {
  const dynalite = await Dynalite.open(options.path);
  return new LocalTables(options.clock, dynalite, await TableHistory.open(dynalite, options.clock));
}

const served: ReadonlySet<string> = new Set<DynaliteOperation>([
  "BatchGetItem",
  "BatchWriteItem",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "GetItem",
  "ListTables",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
]);

interface Table {
  readonly configuration: TableConfiguration;
  readonly schema: TableSchema;
  readonly keys: TableKeys;
}

class LocalTables implements Tables {
  readonly #dynalite: Dynalite;
  readonly #history: TableHistory;
  /** Table ARN → policy. */
  readonly #resourcePolicies = new Map<string, string>();
  readonly #tables = new Map<string, Table>();
  readonly #sweep: { stop(): Promise<void> };
  /** What `accessOf` checked, for `handle` to run: a request is parsed once. */
  readonly #checked = new WeakMap<object, { operation: string; checked: CheckedRequest }>();
  /** While a table is made anew, calls wait for it. */
  readonly #gate = new CallGate();
  #stopped = false;

  constructor(clock: Clock, dynalite: Dynalite, history: TableHistory) {
    this.#dynalite = dynalite;
    this.#history = history;
    this.#sweep = everyMinute(clock, () => this.#expire(Math.floor(clock.now() / 1000)));
  }

  async putTable(configuration: TableConfiguration): Promise<void> {
    const { name, arn } = configuration;
    const schema = parseTableSchema(configuration.createTable);
    const existing = await this.#describe(name);
    if (existing) {
      const before = parseTableSchema(existing);
      const [kept, declared] = [describeSchema(before), describeSchema(schema)];
      if (kept !== declared && sameButForGlobalIndexes(before, schema)) {
        await this.#gate.alone(() => rebuildTable(this.#dynalite, name, { ...configuration, schema }));
      } else if (kept !== declared) {
        throw new Error(
          `Table ${name} holds rows with ${kept}; the program declares ${declared}. Replacing a table is not supported: start with another data folder.`,
        );
      }
    } else {
      const request = this.#dynalite.check("CreateTable", { ...configuration.createTable, TableName: name });
      const { status, body } = await this.#dynalite.run("CreateTable", request);
      if (status !== 200) throw new Error(`Table ${name} cannot be created: ${body.message}`);
      while ((await this.#describe(name))?.TableStatus !== "ACTIVE");
    }
    this.#tables.set(name, { configuration, schema, keys: tableKeys(arn, schema) });
    // No write may come between the rows that are there and the first that is recorded.
    await this.#gate.alone(() =>
      configuration.pointInTimeRecovery ? this.#history.keep(name) : this.#history.forget(name),
    );
  }

  async restoreTable(configuration: TableConfiguration, restore: TableRestore): Promise<void> {
    const { name } = configuration;
    if (await this.#describe(name)) return this.putTable(configuration);
    const source = await this.#describe(restore.from);
    const rows = await restoredRows(
      this.#history,
      source && parseTableSchema(source),
      restore,
      configuration,
    );
    await this.putTable(configuration);
    await this.#dynalite.putRows(name, rows);
  }

  async deleteTable(name: string): Promise<void> {
    const { status, body } = await this.#deleteTable({ TableName: name });
    if (status !== 200) throw new Error(`Table ${name} cannot be deleted: ${body.message}`);
  }

  async description(name: string): Promise<TableConfiguration | undefined> {
    return (await this.#describe(name)) && this.#tables.get(name)?.configuration;
  }

  async handle(operation: string, request: unknown): Promise<{ status: number; body: string }> {
    if (this.#stopped) throw new AwsError("ServiceUnavailable", 503, "The local cloud is stopping");
    const { status, body } = await this.#gate.run(() => this.#answer(operation, request));
    return { status, body: JSON.stringify(body) };
  }

  putResourcePolicy = (arn: string, policy: string): void => void this.#resourcePolicies.set(arn, policy);
  deleteResourcePolicy = (arn: string): void => void this.#resourcePolicies.delete(arn);
  resourcePolicy = (arn: string): string | undefined => this.#resourcePolicies.get(arn);

  accessOf(operation: string, request: unknown): ReturnType<Tables["accessOf"]> {
    const access = this.#accessOf(operation, request);
    const arns = new Set(access.resources.map((arn) => arn.replace(/\/index\/.*$/, "")));
    const resourcePolicies = [...arns].flatMap((arn) => this.#resourcePolicies.get(arn) ?? []);
    return { ...access, resourcePolicies };
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#sweep.stop();
    await this.#dynalite.close();
  }

  #accessOf(operation: string, request: unknown): ReturnType<typeof accessOf> {
    if (operation === "DescribeTimeToLive" || operation === "DescribeContinuousBackups") {
      const { TableName } = this.#dynalite.check("DescribeTable", request);
      const action = `dynamodb:${operation}`;
      return { action, resources: [this.#find(String(TableName)).arn], context: {} };
    }
    const checked = this.#check(operation, request);
    const access = accessOf(operation as DynaliteOperation, checked, (name) => this.#find(name));
    if (typeof request === "object" && request !== null) this.#checked.set(request, { operation, checked });
    return access;
  }

  async #answer(operation: string, request: unknown): Promise<Answer> {
    if (operation === "DescribeTimeToLive") return this.#describeTimeToLive(request);
    if (operation === "DescribeContinuousBackups") return this.#describeContinuousBackups(request);
    const checked = this.#takeChecked(operation, request);
    switch (operation as DynaliteOperation) {
      case "DeleteTable":
        return this.#deleteTable(checked);
      case "DescribeTable":
        return this.#describeTable(checked);
      case "PutItem":
      case "UpdateItem":
      case "DeleteItem":
        return wantsItemOnFailure(request)
          ? this.#dynalite.runShowingItem(operation as DynaliteOperation, checked)
          : this.#dynalite.run(operation as DynaliteOperation, checked);
      default:
        return this.#dynalite.run(operation as DynaliteOperation, checked);
    }
  }

  #check(operation: string, request: unknown): CheckedRequest {
    if (!served.has(operation)) {
      throw new AwsError("UnknownOperationException", 400, `The local cloud has no DynamoDB ${operation}`);
    }
    return this.#dynalite.check(operation as DynaliteOperation, request);
  }

  #takeChecked(operation: string, request: unknown): CheckedRequest {
    const kept = typeof request === "object" && request !== null ? this.#checked.get(request) : undefined;
    if (kept?.operation !== operation) return this.#check(operation, request);
    // Running a request may change it, so it is good for one run.
    this.#checked.delete(request as object);
    return kept.checked;
  }

  #find(name: string): TableKeys {
    return this.#tables.get(name)?.keys ?? { arn: localArn("dynamodb", `table/${name}`), indexes: {} };
  }

  async #describe(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { status, body } = await this.#dynalite.run("DescribeTable", { TableName: name });
    return status === 200 ? (body.Table as Record<string, unknown>) : undefined;
  }

  async #describeTable(request: CheckedRequest): Promise<Answer> {
    const { status, body } = await this.#dynalite.run("DescribeTable", request);
    if (status !== 200) return { status, body };
    const protection = this.#tables.get(String(request.TableName))?.configuration.deletionProtection;
    const Table = { ...(body.Table as object), DeletionProtectionEnabled: protection ?? false };
    return { status, body: { Table } };
  }

  async #describeTimeToLive(request: unknown): Promise<Answer> {
    const checked = this.#dynalite.check("DescribeTable", request);
    const { status, body } = await this.#dynalite.run("DescribeTable", checked);
    if (status !== 200) return { status, body };
    const { ttlAttribute } = this.#tables.get(String(checked.TableName))?.configuration ?? {};
    return { status: 200, body: timeToLiveDescription(ttlAttribute) };
  }

  async #describeContinuousBackups(request: unknown): Promise<Answer> {
    const name = String(this.#dynalite.check("DescribeTable", request).TableName);
    if (await this.#describe(name)) {
      return { status: 200, body: continuousBackupsDescription(this.#history.window(name)) };
    }
    throw new AwsError("TableNotFoundException", 400, `Table not found: ${name}`);
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection */
  async #deleteTable(request: CheckedRequest): Promise<Answer> {
    const name = String(request.TableName);
    if (this.#tables.get(name)?.configuration.deletionProtection) {
      throw new AwsError(
        "ValidationException",
        400,
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    }
    const answer = await this.#dynalite.run("DeleteTable", request);
    if (answer.status === 200) {
      this.#tables.delete(name);
      while (await this.#describe(name));
      await this.#history.forget(name);
    }
    return answer;
  }

  async #expire(now: number): Promise<void> {
    for (const { configuration, schema } of [...this.#tables.values()]) {
      const { name, ttlAttribute } = configuration;
      if (this.#stopped || ttlAttribute === undefined) continue;
      await this.#gate.run(() =>
        expireRows(this.#dynalite, { name, ttlAttribute, keys: keyNames(schema) }, now),
      );
    }
    if (!this.#stopped) await this.#history.prune();
  }
}
