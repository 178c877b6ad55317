import type { CheckedRequest, Dynalite, DynaliteOperation } from "./dynalite.ts";
import type { TableSchema } from "./table-schema.ts";

type Row = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Makes a table anew with other global indexes and the same rows: dynalite cannot change an index in place. The caller
 * keeps other calls away meanwhile. Throws before anything is changed when a row has an index key of another type than
 * the index declares; AWS would leave it out of the index
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html).
 */
export async function rebuildTable(
  dynalite: Dynalite,
  name: string,
  { createTable, schema }: { createTable: Readonly<Record<string, unknown>>; schema: TableSchema },
): Promise<void> {
  const run = async (operation: DynaliteOperation, request: CheckedRequest) => {
    const answer = await dynalite.run(operation, dynalite.check(operation, request));
    if (answer.status === 200) return answer.body;
    throw new Error(`Table ${name} cannot be rebuilt: ${operation}: ${answer.body.message}`);
  };
  const status = async () => {
    const { body } = await dynalite.run("DescribeTable", { TableName: name });
    return (body.Table as { readonly TableStatus: string } | undefined)?.TableStatus;
  };
  const rows: Row[] = [];
  let from: unknown;
  do {
    const page = await run("Scan", {
      TableName: name,
      ...(from !== undefined && { ExclusiveStartKey: from }),
    });
    rows.push(...(page.Items as readonly Row[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  refuseOtherTypes(name, rows, schema);
  await run("DeleteTable", { TableName: name });
  while ((await status()) !== undefined);
  await run("CreateTable", { ...createTable, TableName: name });
  while ((await status()) !== "ACTIVE");
  await dynalite.putRows(name, rows);
}

function refuseOtherTypes(name: string, rows: readonly Row[], schema: TableSchema): void {
  for (const { AttributeName, AttributeType } of schema.AttributeDefinitions) {
    const wrong = rows.find((row) => row[AttributeName] && !(AttributeType in row[AttributeName]));
    if (wrong) {
      throw new Error(
        `Table ${name} cannot have this index: ${AttributeName} of a row is not of the type ${AttributeType}.`,
      );
    }
  }
}
