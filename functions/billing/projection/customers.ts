import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { entitlement, knownSubscription } from "../access/entitlement.ts";

const jsonOf = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(readText, v.parseJson(), schema);

const row = v.object({
  user: readText,
  stripeCustomerId: v.optional(readText),
  /** The last number that was given to a read of Stripe, and that of the read which is written. */
  fence: v.optional(readNumber, { N: "0" }),
  applied: v.optional(readNumber, { N: "0" }),
  subscriptions: v.optional(jsonOf(v.array(knownSubscription)), { S: "[]" }),
  entitlement: v.optional(jsonOf(entitlement), { S: '{"kind":"none","reason":"no_subscription"}' }),
  /** Counts the changes of what the entitlement gives. */
  version: v.optional(readNumber, { N: "0" }),
  metadata: v.optional(jsonOf(v.record(v.string(), v.string())), { S: "{}" }),
});

/** One row for each user: `tenant#subject`. */
export type Customer = v.InferOutput<typeof row>;

export interface Customers {
  /** The user of a customer of Stripe's, by an index that may lag. */
  userOf(stripeCustomerId: string): Promise<string | undefined>;
  read(user: string): Promise<Customer | undefined>;
  /**
   * Takes the next number for a read of Stripe; it is the row's `fence`. Makes the row where there is none, with
   * the customer of Stripe's when one is named.
   */
  takeNumber(user: string, stripeCustomerId?: string): Promise<Customer>;
}

const stripeCustomerIndex = "stripe-customer";

export const dynamoCustomers = (client: DynamoDBClient, table: string, resilient: Resilient): Customers => ({
  userOf: async (stripeCustomerId) => {
    const command = new QueryCommand({
      TableName: table,
      IndexName: stripeCustomerIndex,
      KeyConditionExpression: "#stripeCustomerId = :id",
      ExpressionAttributeNames: { "#stripeCustomerId": "stripeCustomerId" },
      ExpressionAttributeValues: { ":id": text(stripeCustomerId) },
      Limit: 1,
    });
    const { Items = [] } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return Items[0] && readRow("customers", v.object({ user: readText }), Items[0]).user;
  },

  read: async (user) => {
    const command = new GetItemCommand({ TableName: table, Key: { user: text(user) }, ConsistentRead: true });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return Item && readRow("customers", row, Item);
  },

  takeNumber: async (user, stripeCustomerId) => {
    const names = ["fence", "v", ...(stripeCustomerId === undefined ? [] : ["stripeCustomerId"])];
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { user: text(user) },
      UpdateExpression: `SET #v = :v${
        stripeCustomerId === undefined
          ? ""
          : ", #stripeCustomerId = if_not_exists(#stripeCustomerId, :stripeCustomerId)"
      } ADD #fence :one`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ":v": number(1),
        ":one": number(1),
        ...(stripeCustomerId !== undefined && { ":stripeCustomerId": text(stripeCustomerId) }),
      },
      ReturnValues: "ALL_NEW",
    });
    const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return readRow("customers", row, Attributes);
  },
});
