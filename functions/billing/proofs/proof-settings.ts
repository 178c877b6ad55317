import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";
import { type PlanLimits, planLimits } from "../../shared/plan-limits.ts";
import { type Plans, plans } from "../access/plans.ts";
import type { Environment } from "./issue-proof.ts";

export interface ProofSettings {
  readonly signalingUrl: string;
  readonly tenantClaim: string;
  /** Empty when every token must name its tenant. */
  readonly sharedTenant: string;
  /** Of a caller without a subscription. */
  readonly freePlan: PlanLimits | undefined;
  readonly corsOrigins: readonly string[];
  /** What is sold; undefined where nothing is. */
  readonly plans: Plans | undefined;
  /** Of the TURN relay; undefined where there is none. */
  readonly turnUrls: readonly string[] | undefined;
}

/** Throws Failure `environment_invalid` that names the variable at fault. */
export function readSettings(environment: Environment): ProofSettings {
  return {
    signalingUrl: environment.SIGNALING_URL,
    tenantClaim: environment.TENANT_CLAIM,
    sharedTenant: environment.SHARED_TENANT,
    freePlan: environment.FREE_PLAN === "" ? undefined : readJson(environment, "FREE_PLAN", planLimits),
    corsOrigins: readJson(environment, "CORS_ORIGINS", v.array(v.string())),
    plans: environment.PLANS === "" ? undefined : readJson(environment, "PLANS", plans),
    turnUrls:
      environment.TURN_URLS === "" ? undefined : readJson(environment, "TURN_URLS", v.array(v.string())),
  };
}

function readJson<Schema extends v.GenericSchema>(
  environment: Environment,
  name: keyof Environment,
  schema: Schema,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(environment[name]));
  } catch (cause) {
    throw new Failure("environment_invalid", `environment variable ${name} is malformed`, { cause });
  }
}
