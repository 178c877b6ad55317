import * as v from "valibot";
import type { Tables } from "../dynamodb/tables.ts";
import { type Answer, json, problem, type Route } from "../loopback/capability-server.ts";
import { type Item, plainItem } from "./plain-item.ts";
import { withQuery } from "./with-parsed.ts";

const itemsQuery = v.strictObject({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,16}$/, "expected a whole number"),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(1_000),
    ),
    "100",
  ),
});

const description = v.object({
  Table: v.object({ KeySchema: v.array(v.object({ AttributeName: v.string(), KeyType: v.string() })) }),
});
const page = v.object({
  Items: v.custom<readonly Item[]>(Array.isArray),
  LastEvaluatedKey: v.optional(v.unknown()),
});

/**
 * `GET /tables/{name}/items?limit=N` answers `{ "items" }`, rows as plain JSON: those with the greatest sort keys,
 * greatest last; of a table without a sort key any. 1 to 1,000, 100 unless told. No policy is asked: it is the local
 * cloud's own view. Rows that have expired and are not deleted yet are among them, as in a Scan.
 */
export const tableRoutes = (tables: Pick<Tables, "handle">): readonly Route[] => [
  {
    method: "GET",
    path: "/tables/{name}/items",
    answer: ({ parameters: { name = "" }, query }) =>
      withQuery(itemsQuery, query, ({ limit }) => showItems(tables, name, limit)),
  },
];

async function showItems(tables: Pick<Tables, "handle">, name: string, limit: number): Promise<Answer> {
  const sortKey = await sortKeyOf(tables, name);
  if (sortKey === undefined) return problem(404, "table_unknown", `There is no table ${name}.`);
  const items: Item[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const { body } = await tables.handle("Scan", {
      TableName: name,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    });
    const { Items, LastEvaluatedKey } = v.parse(page, JSON.parse(body));
    items.push(...Items);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && (sortKey !== "" || items.length < limit));
  const plain = items.map(plainItem);
  if (sortKey === "") return json({ items: plain.slice(0, limit) });
  return json({ items: plain.toSorted((a, b) => compare(a[sortKey], b[sortKey])).slice(-limit) });
}

/** The table's sort key, `""` when it has none; undefined when there is no such table. */
async function sortKeyOf(tables: Pick<Tables, "handle">, name: string): Promise<string | undefined> {
  // DynamoDB's own rule for a name; another one it would refuse in other words.
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) return undefined;
  const { status, body } = await tables.handle("DescribeTable", { TableName: name });
  if (status !== 200) return undefined;
  const { Table } = v.parse(description, JSON.parse(body));
  return Table.KeySchema.find(({ KeyType }) => KeyType === "RANGE")?.AttributeName ?? "";
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
