import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { types } from "node:util";
import { createGunzip } from "node:zlib";
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { OperateError } from "../operate-error.ts";
import { type Row, rowOfLine } from "./row-line.ts";

export interface Import {
  /** On AWS. */
  readonly tableName: string;
  readonly file: string;
  readonly dryRun: boolean;
  readonly replaceOlder: boolean;
  readonly fromLine: number;
}

export interface Imported {
  readonly written: number;
  /** Rows that were there and stay. */
  readonly kept: number;
}

/** Rows that are written at once. */
const atOnce = 25;

/**
 * Puts each row of the file into the table where there is none of its key; with `replaceOlder` also where the one that is
 * there has a smaller number `version`. So it does no harm to run it again. Throws OperateError that names the line from
 * which to go on.
 */
export async function importTable(
  client: Pick<DynamoDBClient, "send">,
  { tableName, file, dryRun, replaceOlder, fromLine }: Import,
): Promise<Imported> {
  if (!existsSync(file)) throw new OperateError(`${file} is not there`);
  const keys = await keysOf(client, tableName);
  const target = { client, tableName, keys, replaceOlder };
  const isWritten = (row: Row) => (dryRun ? wouldPut(target, row) : put(target, row));
  let written = 0;
  let kept = 0;
  let batch: Row[] = [];
  /** Of the batch's first row. */
  let first = fromLine;
  let number = 0;
  const flush = async () => {
    const rows = batch;
    batch = [];
    const results = await Promise.all(rows.map(isWritten)).catch((error: unknown) => {
      throw new OperateError(`${error}. Go on with --from-line ${first}`);
    });
    for (const result of results) {
      if (result) written += 1;
      else kept += 1;
    }
  };
  for await (const line of linesOf(file)) {
    number += 1;
    if (number < fromLine || line === "") continue;
    const row = rowOfLine(line);
    const missing = keys.find((key) => row && !(key in row));
    if (!row || missing !== undefined) {
      await flush();
      const why = row
        ? `it has no "${missing}", which is a key of ${tableName}`
        : 'expected {"Item":{…}} with values such as {"S":"text"}, and no attribute __proto__, prototype or constructor';
      throw new OperateError(`line ${number} of ${file} is no row of the table: ${why}`);
    }
    if (batch.length === 0) first = number;
    batch.push(row);
    if (batch.length === atOnce) await flush();
  }
  await flush();
  return { written, kept };
}

interface ImportTarget {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly keys: readonly string[];
  readonly replaceOlder: boolean;
}

async function put({ client, tableName, keys, replaceOlder }: ImportTarget, row: Row): Promise<boolean> {
  const version = replaceOlder ? row.version : undefined;
  const isVersioned = version !== undefined && "N" in version;
  const condition = {
    ConditionExpression: `attribute_not_exists(#key)${isVersioned ? " OR #version < :version" : ""}`,
    ExpressionAttributeNames: { "#key": keys[0] ?? "", ...(isVersioned && { "#version": "version" }) },
    ...(isVersioned && { ExpressionAttributeValues: { ":version": version } }),
  };
  try {
    await client.send(new PutItemCommand({ TableName: tableName, Item: row, ...condition }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function wouldPut({ client, tableName, keys, replaceOlder }: ImportTarget, row: Row): Promise<boolean> {
  const Key = Object.fromEntries(keys.flatMap((key) => (row[key] ? [[key, row[key]]] : [])));
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
  if (!Item) return true;
  const [there, ours] = [Item.version?.N, row.version?.N];
  return replaceOlder && there !== undefined && ours !== undefined && Number(there) < Number(ours);
}

async function keysOf(client: Pick<DynamoDBClient, "send">, tableName: string): Promise<string[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  return (Table?.KeySchema ?? []).flatMap(({ AttributeName }) => (AttributeName ? [AttributeName] : []));
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const read = createReadStream(file);
  const text = file.endsWith(".gz") ? read.pipe(createGunzip()) : read;
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [read, text]) stream.once("error", reject);
  });
  failed.catch(() => {});
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([lines.next(), failed]);
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new OperateError(`${file} cannot be read: ${types.isNativeError(error) ? error.message : error}`);
  } finally {
    read.destroy();
  }
}
