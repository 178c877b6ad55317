import { type DynamoDBClient, QueryCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import { unmarshalled } from "./unmarshalled.ts";

/** A user's audit rows, oldest first. */
export async function auditsOf(client: DynamoDBClient, user: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: "audits",
      KeyConditionExpression: "#user = :user",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":user": { S: user } },
    }),
  );
  return Items.map(unmarshalled);
}
