import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { dynamoDbClient } from "../endpoint/unsigned-clients.ts";
import { peersTable } from "./peers-table.ts";

/** Epoch seconds at the start of each test. */
export const start = 1_800_000_000;

/** The table `peers` of one test, on a clock that only the test moves, and the unmodified SDK to call it with. */
export interface RunningTables {
  clock: AdvanceableClock;
  tables: Tables;
  client: DynamoDBClient;
}

/** Gives each test of a file tables of its own, in memory. */
export function tablesForEachTest(): RunningTables {
  const running = {} as RunningTables;
  let closeClient: () => Promise<void>;
  beforeEach(async () => {
    const clock = new AdvanceableClock(() => start * 1000);
    const tables = await createTables({ clock });
    await tables.putTable(peersTable);
    const { client, close } = await dynamoDbClient(tables);
    closeClient = close;
    Object.assign(running, { clock, tables, client });
  });
  afterEach(async () => {
    await closeClient();
    await running.tables.stop();
  });
  return running;
}

export const key = { channel: { S: "lobby" }, clientId: { S: "ada" } };

/** Puts the row of `key`. */
export const put = ({ client }: RunningTables, item: Record<string, { S: string } | { N: string }>) =>
  client.send(new PutItemCommand({ TableName: "peers", Item: { ...key, ...item } }));

/** The row of `key`. */
export const row = async ({ client }: RunningTables) =>
  (await client.send(new GetItemCommand({ TableName: "peers", Key: key }))).Item;
