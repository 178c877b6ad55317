import { DescribeContinuousBackupsCommand } from "@aws-sdk/client-dynamodb";
import { OperateError } from "../operate-error.ts";
import type { Terminal } from "../run-command.ts";
import { findStack, type Stack } from "../stack.ts";
import { exportTable } from "./export-table.ts";
import { forgetUser } from "./forget-user.ts";
import { importTable } from "./import-table.ts";
import { help, readTableArguments } from "./table-options.ts";

/**
 * `npm run table`: lists the tables of a stack, takes the rows of one to or from a file, or removes those of a user. Throws
 * OperateError.
 */
export async function table(args: readonly string[], { print }: Pick<Terminal, "print">): Promise<void> {
  const options = readTableArguments(args);
  if (!options) return help.forEach((line) => void print(line));
  const stack = await findStack(options.target);
  if (options.verb === "list") return listTables(stack, print);
  if (options.verb === "forget") {
    const counts = await forgetUser(stack.dynamodb, { ...options, tables: stack.tables });
    for (const [name, count] of Object.entries(counts)) {
      print(`${name}  ${count} rows  ${options.dryRun ? "would be removed" : "removed"}`);
    }
    return;
  }
  const { dryRun, file } = options;
  const tableName = nameOnAws(stack, options.table);
  if (options.verb === "export") {
    const { rows, resumed } = await exportTable(stack.dynamodb, { tableName, file, dryRun });
    const gone = resumed > 0 ? `, ${resumed} of them before` : "";
    print(`${tableName}  ${rows} rows  ${dryRun ? "would be exported" : "exported"} to ${file}${gone}`);
    return;
  }
  const { written, kept } = await importTable(stack.dynamodb, { ...options, tableName });
  const done = dryRun ? "would be imported" : "imported";
  print(`${tableName}  ${written} rows  ${done} from ${file}, ${kept} that are there stay`);
}

async function listTables({ dynamodb, tables }: Stack, print: Terminal["print"]): Promise<void> {
  for (const [name, TableName] of Object.entries(tables)) {
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } =
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
    const window =
      earliest && latest ? `restorable from ${timeOf(earliest)} to ${timeOf(latest)}` : "not restorable";
    print(`${name}  ${TableName}  ${window}`);
  }
}

function nameOnAws({ tables }: Stack, name: string): string {
  const found = tables[name];
  if (found !== undefined) return found;
  throw new OperateError(`there is no table "${name}"; expected one of ${Object.keys(tables).join(", ")}`);
}

const timeOf = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, "Z");
