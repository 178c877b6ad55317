import { AwsError } from "../aws-error.ts";
import type { TableHistory } from "./table-history.ts";
import { describeSchema, parseTableSchema, type TableSchema } from "./table-schema.ts";
import type { TableConfiguration, TableRestore } from "./tables.ts";

/**
 * The rows with which a restored table begins. `source` is undefined where there is no such table. The errors are those of
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html. A restored table
 * has the keys and indexes of its source, so others are refused.
 */
export async function restoredRows(
  history: TableHistory,
  source: TableSchema | undefined,
  { from, at }: TableRestore,
  target: TableConfiguration,
): Promise<readonly unknown[]> {
  if (!source) throw new AwsError("TableNotFoundException", 400, `Table not found: ${from}`);
  const window = history.window(from);
  if (!window) {
    throw new AwsError(
      "PointInTimeRecoveryUnavailableException",
      400,
      `Point in time recovery is not enabled for table '${from}'`,
    );
  }
  const second = Math.floor(Date.parse(at) / 1000);
  if (second < window.earliest || second > window.latest) {
    const [earliest, latest] = [window.earliest, window.latest].map(timeOf);
    throw new AwsError(
      "InvalidRestoreTimeException",
      400,
      `${at} is no time to restore '${from}' to: RestoreDateTime must be between EarliestRestorableDateTime ${earliest} and LatestRestorableDateTime ${latest}`,
    );
  }
  const [has, declares] = [source, parseTableSchema(target.createTable)].map(describeSchema);
  if (has !== declares) {
    throw new Error(
      `Table ${target.name} is restored with what ${from} has, ${has}; declared is ${declares}.`,
    );
  }
  return history.rowsAt(from, second);
}

const timeOf = (second: number): string => new Date(second * 1000).toISOString().replace(".000Z", "Z");
