import * as v from "valibot";
import { Failure } from "./failure.ts";

/** Parses an environment variable that holds JSON. Throws Failure `environment_invalid` that names it, never its value. */
export function readJson<Schema extends v.GenericSchema>(
  name: string,
  value: string,
  schema: Schema,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(value));
  } catch (cause) {
    throw new Failure("environment_invalid", `environment variable ${name} is malformed`, { cause });
  }
}
