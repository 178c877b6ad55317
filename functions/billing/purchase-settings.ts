import * as v from "valibot";
import { Failure } from "../shared/failure.ts";
import { type Plans, plans } from "./plans.ts";

/** The value of `PLANS`. Throws Failure `environment_invalid`. */
export const readPlans = (value: string): Plans => readJson("PLANS", value, plans);

/** The value of `CORS_ORIGINS`. Throws Failure `environment_invalid`. */
export const readCorsOrigins = (value: string): readonly string[] =>
  readJson("CORS_ORIGINS", value, v.array(v.string()));

function readJson<Schema extends v.GenericSchema>(name: string, value: string, schema: Schema) {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), value);
  if (parsed.success) return parsed.output as v.InferOutput<Schema>;
  throw new Failure("environment_invalid", `environment variable ${name} is malformed`);
}
