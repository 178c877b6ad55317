import { dynamoProjections } from "../../../../functions/billing/projection/projections.ts";
import type { DynamoDBClient } from "../../../../functions/shared/aws/dynamodb.ts";
import { straight } from "../../straight.ts";

/** Projections into the tables of `localTables`, each call once. */
export const localProjections = (client: DynamoDBClient) =>
  dynamoProjections(client, "customers", "audits", straight);
