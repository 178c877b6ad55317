import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { OperateError } from "../operate-error.ts";
import { lineOfRow, type Row, rowOfLine } from "./row-line.ts";

export interface Export {
  /** On AWS. */
  readonly tableName: string;
  readonly file: string;
  readonly dryRun: boolean;
  /** Rows of one request. Default: as many as are in 1 MB, which is DynamoDB's own limit. */
  readonly pageSize?: number;
}

/** How far an export came: what the file had then, and the row after which the next page begins. */
const progress = v.object({
  tableName: v.string(),
  rows: v.number(),
  bytes: v.number(),
  after: v.pipe(
    v.string(),
    v.transform((line) => rowOfLine(line)),
  ),
});

/**
 * Writes every row of the table to the file, page by page, read consistently, and returns how many. Beside the file lies
 * `FILE.progress` until all is there: with it, the same call goes on where the last one ended. Readable by its owner only.
 * Throws OperateError for a file that is there and was not begun by an export of this table.
 */
export async function exportTable(
  client: Pick<DynamoDBClient, "send">,
  { tableName, file, dryRun, pageSize }: Export,
): Promise<{ readonly rows: number; readonly resumed: number }> {
  const begun = dryRun ? undefined : begunExport(tableName, file);
  let rows = begun?.rows ?? 0;
  let bytes = begun?.bytes ?? 0;
  let after: Row | undefined = begun?.after;
  const handle = dryRun ? undefined : await open(file, begun ? "r+" : "wx", 0o600);
  try {
    // What was written after the last note of the progress is read again.
    await handle?.truncate(bytes);
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: tableName,
          ConsistentRead: true,
          ...(pageSize !== undefined && { Limit: pageSize }),
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      const { Items: items = [], LastEvaluatedKey: last } = page;
      const text = items.map((row) => `${lineOfRow(row)}\n`).join("");
      rows += items.length;
      after = last;
      if (!handle) continue;
      // One member of a gzip file for each page: a file of several is as good as one of one.
      const written = file.endsWith(".gz") ? gzipSync(text) : Buffer.from(text);
      await handle.write(written, 0, written.length, bytes);
      bytes += written.length;
      await handle.sync();
      if (after) await noteProgress(file, { tableName, rows, bytes, after: lineOfRow(after) });
    } while (after);
  } finally {
    await handle?.close();
  }
  if (!dryRun) rmSync(`${file}.progress`, { force: true });
  return { rows, resumed: begun?.rows ?? 0 };
}

function begunExport(tableName: string, file: string) {
  const note = `${file}.progress`;
  if (!existsSync(note)) {
    if (existsSync(file)) throw new OperateError(`${file} is there already; expected the path of a new file`);
    return undefined;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), progress), readFileSync(note, "utf8"));
  if (!parsed.success || !existsSync(file)) {
    throw new OperateError(`${note} cannot be used; remove it and ${file} to begin anew`);
  }
  if (parsed.output.tableName !== tableName) {
    throw new OperateError(`${file} was begun with the table ${parsed.output.tableName}, not ${tableName}`);
  }
  return parsed.output;
}

/** The note is whole or not there. */
async function noteProgress(file: string, note: v.InferInput<typeof progress>): Promise<void> {
  const next = `${file}.progress.next`;
  const handle = await open(next, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(note));
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(next, `${file}.progress`);
}
