import { setImmediate } from "node:timers/promises";
import type { Dynalite } from "./dynalite.ts";
import { keyRange } from "./key-range.ts";

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
  const { name, keys, ttlAttribute } = table;
  const found: Row[] = [];
  // Of all tables every minute, so without the checks and the filter of a scan. Which of these have expired, to the last
  // digit, the condition says.
  for await (const [, value] of dynalite.level.iterator(keyRange(`item-${name}`))) {
    const row = value as Row;
    const expiresAt = Number(row[ttlAttribute]?.N);
    if (expiresAt <= now && expiresAt >= now - fiveYears) found.push(row);
  }
  for (const [place, row] of found.entries()) {
    // In memory nothing waits for anything, so many rows would keep other calls away.
    if (place % 100 === 99) await setImmediate();
    const deletion = {
      TableName: name,
      Key: Object.fromEntries(keys.map((key) => [key, row[key]])),
      ConditionExpression: "#ttl < :now AND #ttl > :oldest",
      ExpressionAttributeNames: { "#ttl": ttlAttribute },
      ExpressionAttributeValues: { ":now": { N: String(now) }, ":oldest": { N: String(now - fiveYears) } },
    };
    await dynalite.run("DeleteItem", dynalite.check("DeleteItem", deletion));
  }
}
