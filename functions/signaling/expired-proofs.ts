import { bulkhead } from "cockatiel";
import * as v from "valibot";
import { number, readRow, readText, text } from "../shared/attribute-values.ts";
import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";

/** Proofs that nobody can use any more. Each is refused by its time already: this only tidies. */
export interface ExpiredProofs {
  /**
   * Removes those of one part of the table, of `parts`, that expired a day before `now` (epoch seconds) or earlier, as
   * long as `mayGoOn`. Resolves with how many.
   */
  remove(part: number, now: number, mayGoOn: () => boolean): Promise<number>;
}

/** Parts of the table, of which each minute reads one: so all of it is read once an hour. */
export const parts = 60;

/**
 * Seconds for which they are left to Time to Live, which costs nothing and removes most within hours
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
 */
const grace = 24 * 60 * 60;
const atOnce = 16;

const row = v.object({ proofHash: readText });

export const dynamoExpiredProofs = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ExpiredProofs => {
  const removeOne = async (item: unknown): Promise<void> => {
    const { proofHash } = readRow("proofs", row, item);
    // A hash never comes again, so no row of another proof can be met.
    const command = new DeleteItemCommand({ TableName: table, Key: { proofHash: text(proofHash) } });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  };
  return {
    remove: async (part, now, mayGoOn) => {
      const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
      let removed = 0;
      let start: ScanCommand["input"]["ExclusiveStartKey"];
      do {
        const command = new ScanCommand({
          TableName: table,
          Segment: part,
          TotalSegments: parts,
          FilterExpression: "expiresAt <= :dayAgo",
          ProjectionExpression: "proofHash",
          ExpressionAttributeValues: { ":dayAgo": number(now - grace) },
          ...(start && { ExclusiveStartKey: start }),
        });
        const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
        await Promise.all(
          (page.Items ?? []).map((item) =>
            limited.execute(async () => {
              if (!mayGoOn()) return;
              await removeOne(item);
              removed += 1;
            }),
          ),
        );
        start = page.LastEvaluatedKey;
      } while (start && mayGoOn());
      return removed;
    },
  };
};
