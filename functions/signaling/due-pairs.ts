import * as v from "valibot";
import { number, readRow, readText } from "../shared/attribute-values.ts";
import { type DynamoDBClient, QueryCommand } from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import type { Pair } from "./negotiation.ts";
import { dueIndex } from "./pairs.ts";

/** Where frames wait past their time. */
export interface DuePairs {
  /** Those of one shard at `now` (epoch seconds), page by page. */
  due(shard: number, now: number): AsyncIterable<readonly Pair[]>;
}

const row = v.object({ recipient: readText, sender: readText });

export const dynamoDuePairs = (client: DynamoDBClient, table: string, resilient: Resilient): DuePairs => ({
  async *due(shard, now) {
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: dueIndex,
        KeyConditionExpression: "#shard = :shard AND dueAt <= :now",
        ExpressionAttributeNames: { "#shard": "shard" },
        ExpressionAttributeValues: { ":shard": number(shard), ":now": number(now) },
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
      yield (page.Items ?? []).map((item) => readRow("pairs", row, item));
      start = page.LastEvaluatedKey;
    } while (start);
  },
});
