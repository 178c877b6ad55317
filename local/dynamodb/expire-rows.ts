import type { Dynalite } from "./dynalite.ts";

const fiveYears = 5 * 365 * 24 * 60 * 60;

export interface ExpiringTable {
  readonly name: string;
  readonly keys: readonly string[];
  readonly ttlAttribute: string;
}

/**
 * Deletes the rows whose TTL attribute is a number of epoch seconds before `now`, as Time to Live does
 * some time after they expired: a value of another type, or one more than five years old, is left alone
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). No policy is
 * asked. A row that was renewed since it was read stays.
 */
export async function expireRows(dynalite: Dynalite, table: ExpiringTable, now: number): Promise<void> {
  const projected = Object.fromEntries(table.keys.map((key, index) => [`#key${index}`, key]));
  const expired = {
    TableName: table.name,
    ExpressionAttributeValues: { ":now": { N: String(now) }, ":oldest": { N: String(now - fiveYears) } },
  };
  const condition = "#ttl < :now AND #ttl > :oldest";
  let ExclusiveStartKey: unknown;
  do {
    const page = await dynalite.run(
      "Scan",
      dynalite.check("Scan", {
        ...expired,
        FilterExpression: condition,
        ProjectionExpression: Object.keys(projected).join(", "),
        ExpressionAttributeNames: { ...projected, "#ttl": table.ttlAttribute },
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      }),
    );
    if (page.status !== 200) return;
    for (const Key of page.body.Items as readonly unknown[]) {
      const deletion = {
        ...expired,
        Key,
        ConditionExpression: condition,
        ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
      };
      await dynalite.run("DeleteItem", dynalite.check("DeleteItem", deletion));
    }
    ExclusiveStartKey = page.body.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}
