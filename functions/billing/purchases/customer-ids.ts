import { number, text } from "../../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { dynamoCustomers } from "../projection/customers.ts";

/** Which customer of Stripe's a user is: one, whoever asks. */
export interface CustomerIds {
  /** Read consistently. */
  of(user: string): Promise<string | undefined>;
  /** Takes the id in place of the one that was read, and gives the one that then counts. */
  take(user: string, id: string, read: string | undefined): Promise<string>;
}

export const dynamoCustomerIds = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): CustomerIds => {
  const customers = dynamoCustomers(client, table, resilient);
  const of = async (user: string) => (await customers.read(user))?.stripeCustomerId;
  return {
    of,
    take: async (user, id, read) => {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: { user: text(user) },
        UpdateExpression: "SET #id = :id, #v = :v",
        ConditionExpression: read === undefined ? "attribute_not_exists(#id)" : "#id = :read",
        ExpressionAttributeNames: { "#id": "stripeCustomerId", "#v": "v" },
        ExpressionAttributeValues: {
          ":id": text(id),
          ":v": number(1),
          ...(read !== undefined && { ":read": text(read) }),
        },
      });
      try {
        await resilient((abortSignal) => client.send(command, { abortSignal }));
        return id;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await of(user)) ?? id;
      }
    },
  };
};
