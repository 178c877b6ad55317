import * as v from "valibot";

/**
 * An object as a map from names to values, every name kept. valibot's `record` drops members named
 * `__proto__`, `prototype` and `constructor` in silence, which for outside input is a wrong answer.
 */
export function recordOf<Name extends string, Value>(
  name: v.GenericSchema<string, Name>,
  value: v.GenericSchema<unknown, Value>,
  message = "expected an object",
): v.GenericSchema<unknown, Record<string, Value>> {
  return v.pipe(
    v.custom<object>(
      (given) => typeof given === "object" && given !== null && !Array.isArray(given),
      message,
    ),
    v.transform((given) => new Map(Object.entries(given))),
    v.map(name, value),
    v.transform((members) => Object.fromEntries(members)),
  );
}
