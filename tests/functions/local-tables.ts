import type { DynamoDBClient } from "../../functions/shared/aws/dynamodb.ts";
import { AdvanceableClock } from "../../local/clock.ts";
import { createTables } from "../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../local/dynamodb/tables.ts";
import { dynamoDbClientInProcess, functionsDynamoDbClient } from "../local/endpoint/unsigned-clients.ts";
import { programTables } from "./program-tables.ts";

interface LocalTables {
  readonly client: DynamoDBClient;
  readonly tables: Tables;
  close(): Promise<void>;
}

/** The tables of the program, in the local cloud's DynamoDB, behind the functions' own client. In memory, or in a folder. */
export async function localTables(path?: string): Promise<LocalTables> {
  const tables = await programTablesIn(path);
  const { client, close } = await functionsDynamoDbClient(tables);
  return {
    client,
    tables,
    close: async () => {
      await close();
      await tables.stop();
    },
  };
}

/**
 * The same in memory, without a socket between. For tests of thousands of calls that decide themselves what happens at
 * once: a call ends so soon that those which others time do not meet.
 */
export async function localTablesInProcess(): Promise<LocalTables> {
  const tables = await programTablesIn();
  const client = dynamoDbClientInProcess(tables);
  return {
    client,
    tables,
    close: async () => {
      client.destroy();
      await tables.stop();
    },
  };
}

async function programTablesIn(path?: string): Promise<Tables> {
  const tables = await createTables({
    clock: new AdvanceableClock(() => 1_800_000_000_000),
    ...(path !== undefined && { path }),
  });
  for (const [name, createTable] of Object.entries(programTables)) {
    await tables.putTable({
      name,
      arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
      createTable,
      deletionProtection: false,
    });
  }
  return tables;
}
