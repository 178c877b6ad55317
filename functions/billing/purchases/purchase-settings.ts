import * as v from "valibot";
import { readJson } from "../../shared/read-json.ts";
import { type Plans, plans } from "../access/plans.ts";

/** The value of `PLANS`. Throws Failure `environment_invalid`. */
export const readPlans = (value: string): Plans => readJson("PLANS", value, plans);

/** The value of `CORS_ORIGINS`. Throws Failure `environment_invalid`. */
export const readCorsOrigins = (value: string): readonly string[] =>
  readJson("CORS_ORIGINS", value, v.array(v.string()));
