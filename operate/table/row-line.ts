import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";

/** A row as AWS's SDK has it. */
export type Row = Record<string, AttributeValue>;

/**
 * A row as one line of an export: `{"Item":{"user":{"S":"acme#ada"}}}`, without its end. Bytes are base64
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html).
 */
export function lineOfRow(row: Row): string {
  return JSON.stringify({ Item: row }, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  );
}

/** Names that no JavaScript object should have, and that parsing leaves out. */
const unsafeName = /"(__proto__|prototype|constructor)"\s*:/;

/** Undefined for a line that is none of an export, or of which an attribute would be lost. */
export function rowOfLine(line: string): Row | undefined {
  if (unsafeName.test(line)) return undefined;
  const parsed = v.safeParse(rowLine, line);
  return parsed.success ? parsed.output.Item : undefined;
}

const number = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/));
const bytes = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
);
const value: v.GenericSchema<unknown, AttributeValue> = v.lazy(() =>
  v.union([
    v.strictObject({ S: v.string() }),
    v.strictObject({ N: number }),
    v.strictObject({ B: bytes }),
    v.strictObject({ BOOL: v.boolean() }),
    v.strictObject({ NULL: v.literal(true) }),
    v.strictObject({ SS: v.array(v.string()) }),
    v.strictObject({ NS: v.array(number) }),
    v.strictObject({ BS: v.array(bytes) }),
    v.strictObject({ L: v.array(value) }),
    v.strictObject({ M: v.record(v.string(), value) }),
  ]),
);
const rowLine = v.pipe(v.string(), v.parseJson(), v.strictObject({ Item: v.record(v.string(), value) }));
