import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { stripeId } from "../stripe/stripe-id.ts";

const row = v.object({
  user: readText,
  stripeCustomerId: v.pipe(readText, stripeId),
  /** Epoch second at which the access changes if nothing is heard. */
  reviewAt: readNumber,
});
export type DueReview = v.InferOutput<typeof row>;

/** Customers whose access ends by the clock. */
export interface DueReviews {
  /** Those of one shard at `now` (epoch seconds), the longest due first, page by page. By an index that may lag. */
  due(shard: number, now: number): AsyncIterable<readonly DueReview[]>;
  /** Lets the row be due at `until` (epoch seconds), unless it was projected meanwhile. */
  postpone(review: DueReview, until: number): Promise<void>;
}

const reviewIndex = "review";
const pageSize = 100;

export const dynamoDueReviews = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): DueReviews => ({
  async *due(shard, now) {
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: reviewIndex,
        KeyConditionExpression: "#shard = :shard AND #reviewAt <= :now",
        ExpressionAttributeNames: { "#shard": "shard", "#reviewAt": "reviewAt" },
        ExpressionAttributeValues: { ":shard": number(shard), ":now": number(now) },
        Limit: pageSize,
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
      yield (page.Items ?? []).map((item) => readRow("customers", row, item));
      start = page.LastEvaluatedKey;
    } while (start);
  },

  postpone: async ({ user, reviewAt }, until) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { user: text(user) },
      UpdateExpression: "SET #reviewAt = :until",
      ConditionExpression: "#reviewAt = :before",
      ExpressionAttributeNames: { "#reviewAt": "reviewAt" },
      ExpressionAttributeValues: { ":until": number(until), ":before": number(reviewAt) },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
