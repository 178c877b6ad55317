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
 * asked. A row that was renewed since it was read stays. Returns the epoch second after which the first of
 * the rows that stay expires, Infinity when none does.
 */
export async function expireRows(dynalite: Dynalite, table: ExpiringTable, now: number): Promise<number> {
  const projected = Object.fromEntries(table.keys.map((key, index) => [`#key${index}`, key]));
  const condition = "#ttl < :now AND #ttl > :oldest";
  let next = Number.POSITIVE_INFINITY;
  let ExclusiveStartKey: unknown;
  do {
    const page = await dynalite.run(
      "Scan",
      dynalite.check("Scan", {
        TableName: table.name,
        ProjectionExpression: [...Object.keys(projected), "#ttl"].join(", "),
        ExpressionAttributeNames: { ...projected, "#ttl": table.ttlAttribute },
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      }),
    );
    if (page.status !== 200) return Number.NEGATIVE_INFINITY;
    for (const row of page.body.Items as readonly Row[]) {
      const expiry = Number(row[table.ttlAttribute]?.N);
      if (expiry >= now) next = Math.min(next, expiry);
      if (!(expiry < now && expiry > now - fiveYears)) continue;
      const deletion = {
        TableName: table.name,
        Key: Object.fromEntries(table.keys.map((key) => [key, row[key]])),
        ConditionExpression: condition,
        ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
        ExpressionAttributeValues: {
          ":now": { N: String(now) },
          ":oldest": { N: String(now - fiveYears) },
        },
      };
      await dynalite.run("DeleteItem", dynalite.check("DeleteItem", deletion));
    }
    ExclusiveStartKey = page.body.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return next;
}

type Row = Readonly<Record<string, { readonly N?: string } | undefined>>;
