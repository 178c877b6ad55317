import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AdvanceableClock } from "../../local/clock.ts";
import { createTables } from "../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../local/dynamodb/tables.ts";
import { dynamoDbClient } from "../local/endpoint/unsigned-clients.ts";
import { programTables } from "./program-tables.ts";

/** The tables of the program, in the local cloud's DynamoDB, behind the unmodified SDK. */
export async function localTables(): Promise<{
  client: DynamoDBClient;
  tables: Tables;
  close: () => Promise<void>;
}> {
  const tables = await createTables({ clock: new AdvanceableClock(() => 1_800_000_000_000) });
  for (const [name, createTable] of Object.entries(programTables)) {
    await tables.putTable({
      name,
      arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
      createTable,
      deletionProtection: false,
    });
  }
  const { client, close } = await dynamoDbClient(tables);
  return {
    client,
    tables,
    close: async () => {
      await close();
      await tables.stop();
    },
  };
}
