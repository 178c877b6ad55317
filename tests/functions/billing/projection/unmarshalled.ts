import type { AttributeValue } from "../../../../functions/shared/aws/dynamodb.ts";

/** A row of strings and numbers as plain values. */
export const unmarshalled = (row: Readonly<Record<string, AttributeValue>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value.N === undefined ? value.S : Number(value.N)]),
  );
