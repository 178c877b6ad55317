import * as v from "valibot";
import { recordOf } from "../../record-of.ts";

/** A schema of parameters whose names are those of the SDK's type: any other does not compile. */
export const parametersOf =
  <Params>() =>
  <Entries extends { readonly [name: string]: v.GenericSchema }>(
    entries: Entries & { readonly [Name in Exclude<keyof Entries, keyof Params>]: never },
  ) =>
    v.strictObject<Entries>(entries);

/** Text of 1 to `longest` characters. */
export const text = (longest = 5_000) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(longest, `expected at most ${longest} characters`));

/** An integer, as a form's text or as JSON's number. */
export const integer = (least = 0, most = 99_999_999_999) =>
  v.pipe(
    v.union(
      [v.number(), v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number))],
      "expected an integer",
    ),
    v.integer("expected an integer"),
    v.minValue(least, `expected at least ${least}`),
    v.maxValue(most, `expected at most ${most}`),
  );

/** Seconds since the epoch. */
export const timestamp = () => integer(0, 99_999_999_999);

export const flag = () =>
  v.union(
    [
      v.boolean(),
      v.pipe(
        v.picklist(["true", "false"]),
        v.transform((word) => word === "true"),
      ),
    ],
    "expected true or false",
  );

export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  v.picklist(words, `expected one of ${words.join(", ")}`);

/** What an empty text unsets: it becomes null. */
export const emptyable = <Output>(schema: v.GenericSchema<unknown, Output>) =>
  v.pipe(
    v.unknown(),
    v.transform((given) => (given === "" ? null : given)),
    v.nullable(schema),
  );

export const listOf = <Output>(schema: v.GenericSchema<unknown, Output>, most = 100) =>
  v.pipe(v.array(schema, "expected a list"), v.maxLength(most, `expected at most ${most} items`));

const url = /^https?:\/\/[^\s/?#]+\S*$/;
export const httpUrl = () => v.pipe(text(5_000), v.regex(url, "expected an http or https URL"));

/** https://docs.stripe.com/api/metadata: 50 keys, names of 40 characters without brackets, values of 500. */
export const metadata = () =>
  emptyable(
    v.pipe(
      recordOf(
        v.pipe(
          v.string(),
          v.minLength(1),
          v.maxLength(40, "Metadata keys have at most 40 characters"),
          v.regex(/^[^[\]]*$/, "Metadata keys have no square brackets"),
        ),
        v.pipe(v.string(), v.maxLength(500, "Metadata values have at most 500 characters")),
        "expected a map of metadata",
      ),
      v.check((map) => Object.keys(map).length <= 50, "Metadata has at most 50 keys"),
    ),
  );

export const address = () =>
  v.strictObject({
    city: v.optional(text()),
    country: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, "expected two capital letters (ISO 3166)"))),
    line1: v.optional(text()),
    line2: v.optional(text()),
    postal_code: v.optional(text()),
    state: v.optional(text()),
  });

/** What every route takes. */
export const expandable = { expand: v.optional(listOf(text(200), 20)) };

const range = v.strictObject({
  gt: v.optional(timestamp()),
  gte: v.optional(timestamp()),
  lt: v.optional(timestamp()),
  lte: v.optional(timestamp()),
});
export const created = () => v.union([timestamp(), range], "expected a timestamp or a range of them");
export type Created = v.InferOutput<ReturnType<typeof created>>;

/** What every list takes. */
export const listed = {
  ...expandable,
  limit: v.optional(integer(1, 100), 10),
  starting_after: v.optional(text(255)),
  ending_before: v.optional(text(255)),
};
