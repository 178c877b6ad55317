import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { Failure } from "./failure.ts";

/** DynamoDB's string, number, boolean and list of strings, the only types in our tables. */
export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const flag = (value: boolean): AttributeValue => ({ BOOL: value });
export const texts = (values: readonly string[]): AttributeValue => ({ L: values.map(text) });

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

/** Parses a row; throws Failure `row_malformed` naming the table and the attribute. */
export function readRow<Schema extends v.GenericSchema>(
  table: string,
  schema: Schema,
  row: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, row);
  if (result.success) return result.output;
  const attribute = String(result.issues[0].path?.[0].key);
  throw new Failure("row_malformed", `${table}: attribute ${attribute} is missing or of a wrong type`);
}
