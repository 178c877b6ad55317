import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AdvanceableClock } from "../../local/clock.ts";
import { createTables } from "../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../local/dynamodb/tables.ts";
import { dynamoDbClientInProcess } from "../local/endpoint/unsigned-clients.ts";
import { programTables } from "./program-tables.ts";

/** The tables of the program, in the local cloud's DynamoDB, behind the unmodified SDK. In memory, or in a folder. */
export async function localTables(path?: string): Promise<{
  client: DynamoDBClient;
  tables: Tables;
  close: () => Promise<void>;
}> {
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
