import * as v from "valibot";

/** A policy element that is one value or a list of them, as a list with at least one. */
export function oneOrMany<Output>(
  entry: v.GenericSchema<unknown, Output>,
): v.GenericSchema<unknown, Output[]> {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (Array.isArray(value) ? value : [value])),
    v.array(entry),
    v.minLength(1, "expected at least one value"),
  );
}
