import { DynamoDBClient } from "../../shared/aws/dynamodb.ts";
import type { functionNames } from "../../shared/log-line.ts";
import { resilient } from "../../shared/resilience.ts";
import { telemetry } from "../../shared/telemetry.ts";
import { dynamoCustomers } from "../projection/customers.ts";
import { readCorsOrigins } from "../purchases/purchase-settings.ts";
import { type StripeEnvironment, stripeAccount, stripeVariables } from "../stripe/stripe-account.ts";
import { explainWithStripe } from "../stripe/stripe-problems.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { tokenVerifier } from "./tokens.ts";

/** What every function is told that a customer buys with, or sees and changes what it has bought. */
export interface CustomerEnvironment extends StripeEnvironment {
  readonly CUSTOMERS_TABLE: string;
  readonly OIDC_ISSUER: string;
  readonly OIDC_AUDIENCE: string;
  readonly TENANT_CLAIM: string;
  readonly SHARED_TENANT: string;
  readonly LOOPBACK_ISSUER: string;
  readonly CORS_ORIGINS: string;
}

export const customerVariables = {
  ...stripeVariables,
  CUSTOMERS_TABLE: "required",
  OIDC_ISSUER: "required",
  OIDC_AUDIENCE: "required",
  TENANT_CLAIM: "required",
  SHARED_TENANT: "empty",
  LOOPBACK_ISSUER: "required",
  CORS_ORIGINS: "required",
} as const satisfies Readonly<Record<keyof CustomerEnvironment, "required" | "empty">>;

/** What those functions share, composed once an instance. */
export function customerParts(
  environment: CustomerEnvironment,
  functionName: (typeof functionNames)[number],
) {
  const client = new DynamoDBClient();
  const guarded = resilient("dynamodb");
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = environment;
  const keys = issuerKeys({ issuer, loopback: environment.LOOPBACK_ISSUER === "true", now: Date.now, fetch });
  const account = stripeAccount(environment);
  return {
    client,
    guarded,
    tokens: tokenVerifier({ issuer, audience, keys, now: Date.now }),
    customers: dynamoCustomers(client, environment.CUSTOMERS_TABLE, guarded),
    stripe: account.client,
    resilientFor: (remaining: () => number) => account.resilientFor({ remaining }),
    telemetry: telemetry(functionName),
    explainFault: explainWithStripe,
    now: Date.now,
    settings: {
      tenantClaim: environment.TENANT_CLAIM,
      sharedTenant: environment.SHARED_TENANT,
      corsOrigins: readCorsOrigins(environment.CORS_ORIGINS),
    },
  };
}
