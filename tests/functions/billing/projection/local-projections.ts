import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoProjections } from "../../../../functions/billing/projection/projections.ts";
import { straight } from "../../straight.ts";

/** Projections into the tables of `localTables`, each call once. */
export const localProjections = (client: DynamoDBClient) =>
  dynamoProjections(client, "customers", "audits", straight);
