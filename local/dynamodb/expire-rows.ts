import type { Dynalite } from "./dynalite.ts";
import { within } from "./within.ts";

const fiveYears = 5 * 365 * 24 * 60 * 60;

export interface ExpiringTable {
  readonly name: string;
  readonly keys: readonly string[];
  readonly ttlAttribute: string;
}

type Row = Readonly<Record<string, { readonly N?: string }>>;

/**
 * Deletes the rows whose TTL attribute is a number of epoch seconds before `now`, as Time to Live does
 * some time after they expired: a value of another type, or one more than five years old, is left alone
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). No policy is
 * asked. A row that was renewed since it was read stays.
 */
export async function expireRows(dynalite: Dynalite, table: ExpiringTable, now: number): Promise<void> {
  // Not by a Scan: it would be parsed and checked for each table in each minute, and most have nothing to give.
  for await (const [, value] of dynalite.level.iterator(within(`item-${table.name}`))) {
    const row = value as Row;
    const time = Number(row[table.ttlAttribute]?.N);
    if (!(time < now && time > now - fiveYears)) continue;
    const deletion = {
      TableName: table.name,
      Key: Object.fromEntries(table.keys.map((key) => [key, row[key]])),
      ConditionExpression: "#ttl < :now AND #ttl > :oldest",
      ExpressionAttributeNames: { "#ttl": table.ttlAttribute },
      ExpressionAttributeValues: { ":now": { N: String(now) }, ":oldest": { N: String(now - fiveYears) } },
    };
    await dynalite.run("DeleteItem", dynalite.check("DeleteItem", deletion));
  }
}
