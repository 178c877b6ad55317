import * as v from "valibot";
import type { AttributeValue } from "./aws/dynamodb.ts";
import { Failure } from "./failure.ts";

/** DynamoDB's string, number, boolean, list of strings and map of numbers. Else our tables have sets of strings. */
export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const flag = (value: boolean): AttributeValue => ({ BOOL: value });
export const texts = (values: readonly string[]): AttributeValue => ({ L: values.map(text) });
export const numbers = (values: Readonly<Record<string, number>>): AttributeValue => ({
  M: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)])),
});

/** Their schemas, for reading. */
export const readText = v.pipe(
  v.object({ S: v.string() }),
  v.transform(({ S }) => S),
);
export const readNumber = v.pipe(
  v.object({ N: v.string() }),
  v.transform(({ N }) => Number(N)),
  v.finite(),
);
export const readFlag = v.pipe(
  v.object({ BOOL: v.boolean() }),
  v.transform(({ BOOL }) => BOOL),
);
export const readTexts = v.pipe(
  v.object({ L: v.array(readText) }),
  v.transform(({ L }) => L),
);
export const readNumbers = v.pipe(
  v.object({ M: v.record(v.string(), readNumber) }),
  v.transform(({ M }) => M),
);

/** The `v` of the rows that this release writes, and the newest that it reads. Many a row in an index has none. */
export const rowVersions: Readonly<Record<string, number>> = {
  peers: 2,
  pairs: 2,
  topics: 2,
  sockets: 1,
  proofs: 2,
  claims: 1,
  attempts: 1,
  customers: 1,
  audits: 1,
};

const versioned = v.object({ v: v.optional(readNumber, { N: "0" }) });

/**
 * Parses a row. Throws Failure `row_malformed` naming the table and the attribute, and `row_newer`, retryable, when the
 * row is of a release after this one: while it is being deployed, the functions that can read it are about to come.
 */
export function readRow<Schema extends v.GenericSchema>(
  table: string,
  schema: Schema,
  row: unknown,
): v.InferOutput<Schema> {
  const version = v.safeParse(versioned, row);
  const newest = rowVersions[table] ?? Number.POSITIVE_INFINITY;
  if (version.success && version.output.v > newest) {
    const message = `${table}: version ${version.output.v} of a row, expected ${newest} at most`;
    throw new Failure("row_newer", message, { retryable: true });
  }
  const result = v.safeParse(schema, row);
  if (result.success) return result.output;
  const attribute = String(result.issues[0].path?.[0].key);
  throw new Failure("row_malformed", `${table}: attribute ${attribute} is missing or of a wrong type`);
}
