import * as v from "valibot";

const largestBody = 4_096;

export type ReadBody<Value> =
  | { readonly kind: "parsed"; readonly value: Value }
  | {
      readonly kind: "refused";
      readonly code: "body_too_large" | "body_not_json" | "body_invalid";
      readonly field?: string;
    };

/** A JSON body of at most 4,096 bytes that the schema takes. `field` is the path of the first fault. */
export function readBody<Schema extends v.GenericSchema>(
  schema: Schema,
  body: Buffer,
): ReadBody<v.InferOutput<Schema>> {
  if (body.byteLength > largestBody) return { kind: "refused", code: "body_too_large" };
  const text = v.safeParse(v.pipe(v.string(), v.parseJson()), body.toString());
  if (!text.success) return { kind: "refused", code: "body_not_json" };
  const parsed = v.safeParse(schema, text.output);
  if (parsed.success) return { kind: "parsed", value: parsed.output };
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  // A name that we do not know is not repeated: it may be anything.
  const isOurs = field !== null && issue.expected !== "never";
  return { kind: "refused", code: "body_invalid", ...(isOurs && { field }) };
}
