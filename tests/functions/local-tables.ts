import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AdvanceableClock } from "../../local/clock.ts";
import { createTables } from "../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../local/dynamodb/tables.ts";
import { peersTable } from "../local/dynamodb/peers-table.ts";
import { dynamoDbClient } from "../local/endpoint/unsigned-clients.ts";

const attribute = (AttributeName: string, AttributeType: "S" | "N") => ({ AttributeName, AttributeType });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });
const table = (name: string, createTable: Readonly<Record<string, unknown>>) => ({
  name,
  arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
  createTable: { BillingMode: "PAY_PER_REQUEST", ...createTable },
  deletionProtection: false,
});

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
  await tables.putTable(peersTable);
  await tables.putTable(
    table("proofs", {
      AttributeDefinitions: [attribute("proofHash", "S")],
      KeySchema: [hash("proofHash")],
    }),
  );
  await tables.putTable(
    table("claims", {
      AttributeDefinitions: [attribute("channel", "S"), attribute("name", "S")],
      KeySchema: [hash("channel"), range("name")],
    }),
  );
  await tables.putTable(
    table("pairs", { AttributeDefinitions: [attribute("pair", "S")], KeySchema: [hash("pair")] }),
  );
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
