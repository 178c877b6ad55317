import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";
import { bundleOptions } from "../../components/bundle-options.ts";
import { awsCalls } from "./aws-calls.ts";

const root = join(import.meta.dirname, "..", "..");

/** Bundles a handler as those of `functions/` are, and reads it. */
async function read(contents: string) {
  const { outputFiles } = await build({
    ...bundleOptions,
    stdin: { contents, resolveDir: join(root, "functions"), sourcefile: "handler.ts", loader: "ts" },
    outfile: join(root, "functions", "handler.mjs"),
    sourcemap: "external",
  });
  const text = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? "";
  return awsCalls(text(".mjs"), text(".map"), "functions");
}

const ports = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand } from "./shared/aws/dynamodb.ts";
  const rows = (client: DynamoDBClient, table: string) => ({
    find: (id: string) => client.send(new GetItemCommand({ TableName: table, Key: { id: { S: id } } })),
    keep: (id: string) => client.send(new PutItemCommand({ TableName: table, Item: { id: { S: id } } })),
  });
`;

test("a port's method is called when the handler reads its name, for the table that the handler names", async () => {
  const { calls, riddles } = await read(`${ports}
    export const handler = async () => {
      const { ROWS_TABLE } = process.env;
      return rows(new DynamoDBClient({}), ROWS_TABLE ?? "").find("one");
    };`);
  expect(riddles).toEqual([]);
  expect(calls).toEqual([
    {
      operation: "dynamodb GetItem",
      variables: ["ROWS_TABLE"],
      index: undefined,
      source: "functions/handler.ts:4",
    },
  ]);
});

test("what two callers name are two tables", async () => {
  const { calls } = await read(`${ports}
    const environment = process.env as Record<string, string>;
    const client = new DynamoDBClient({});
    const both = [rows(client, environment.FIRST_TABLE), rows(client, environment.SECOND_TABLE)];
    export const handler = async () => both.map(({ keep }) => keep("one"));`);
  expect(calls).toMatchObject([
    { operation: "dynamodb PutItem", variables: ["FIRST_TABLE", "SECOND_TABLE"] },
  ]);
});

test("a transaction is the operations of its items", async () => {
  const { calls, riddles } = await read(`
    import { DynamoDBClient, TransactWriteItemsCommand } from "./shared/aws/dynamodb.ts";
    export const handler = async () => {
      const { A_TABLE, B_TABLE } = process.env;
      const Key = { id: { S: "one" } };
      await new DynamoDBClient({}).send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: A_TABLE, Item: Key } },
            { ConditionCheck: { TableName: B_TABLE, Key, ConditionExpression: "attribute_exists(id)" } },
          ],
        }),
      );
    };`);
  expect(riddles).toEqual([]);
  expect(calls).toMatchObject([
    { operation: "dynamodb PutItem", variables: ["A_TABLE"] },
    { operation: "dynamodb ConditionCheckItem", variables: ["B_TABLE"] },
  ]);
});

test("the items of a transaction may be made elsewhere, and so may a command's parameters", async () => {
  const { calls, riddles } = await read(`
    import { DynamoDBClient, TransactWriteItemsCommand, UpdateItemCommand } from "./shared/aws/dynamodb.ts";
    const updateOf = (table: string, id: string) => {
      const names = { "#v": "v" };
      return { TableName: table, Key: { id: { S: id } }, ExpressionAttributeNames: names };
    };
    const putOf = (table: string, id: string) => ({ TableName: table, Item: { id: { S: id } } });
    const writer = (client: DynamoDBClient, tables: { rows: string; reasons: string }) => ({
      write: (id: string, reasons: string[]) => {
        const update = updateOf(tables.rows, id);
        if (reasons.length === 0) return client.send(new UpdateItemCommand(update));
        const puts = reasons.map((reason) => ({ Put: putOf(tables.reasons, reason) }));
        const TransactItems = [{ Update: update }, ...puts];
        return client.send(new TransactWriteItemsCommand({ TransactItems }));
      },
    });
    export const handler = async () => {
      const { ROWS_TABLE, REASONS_TABLE } = process.env;
      return writer(new DynamoDBClient({}), { rows: ROWS_TABLE, reasons: REASONS_TABLE }).write("one", ["why"]);
    };`);
  expect(riddles).toEqual([]);
  expect(calls.map(({ operation, variables }) => [operation, variables]).sort()).toEqual([
    ["dynamodb PutItem", ["REASONS_TABLE"]],
    ["dynamodb UpdateItem", ["ROWS_TABLE"]],
    ["dynamodb UpdateItem", ["ROWS_TABLE"]],
  ]);
});

test("a signed request to a connection is a call as well", async () => {
  const { calls } = await read(`
    export const handler = async (id: string) => {
      const { pathname } = new URL(process.env.CONNECTIONS_URL);
      return fetch({ method: "POST", path: \`\${pathname}/@connections/\${id}\` });
    };`);
  expect(calls).toMatchObject([{ operation: "@connections POST", source: "functions/handler.ts:4" }]);
});

test("what is no command written out is not passed over, nor what could send any request", async () => {
  const { riddles } = await read(`
    import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
    import { DynamoDBClient, ScanCommand, TransactWriteItemsCommand } from "./shared/aws/dynamodb.ts";
    import { signedHttp } from "./shared/aws/signed-http.ts";
    export const handler = async (input: never) => {
      await new DynamoDBClient().send(new ListTablesCommand({}));
      await signedHttp("dynamodb", "https://dynamodb.eu-central-1.amazonaws.com").send(input);
      await new DynamoDBClient().send(new TransactWriteItemsCommand(input));
      return [ScanCommand].map((Command) => new Command(input));
    };`);
  expect(riddles).toEqual([
    "functions/handler.ts:6 ListTablesCommand.js",
    "functions/handler.ts:7 signed-http.ts",
    "functions/handler.ts:8 TransactWriteItemsCommand of what is not written out",
    "functions/handler.ts:9 dynamodb.ts",
  ]);
});
