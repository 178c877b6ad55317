import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Stripe } from "stripe";
import type { functionNames } from "../../shared/log-line.ts";
import { clientDefaults, resilient } from "../../shared/resilience.ts";
import { secretReader } from "../../shared/secrets.ts";
import { telemetry } from "../../shared/telemetry.ts";
import { traced } from "../../shared/tracing/traced-client.ts";
import { dynamoCustomers } from "../projection/customers.ts";
import { readCorsOrigins } from "../purchases/purchase-settings.ts";
import { resilientStripe, stripeCircuit, stripeClient } from "../stripe/stripe-client.ts";
import { explainWithStripe } from "../stripe/stripe-problems.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { tokenVerifier } from "./tokens.ts";

/** What every function is told that a customer buys with, or sees and changes what it has bought. */
export interface CustomerEnvironment {
  readonly CUSTOMERS_TABLE: string;
  readonly OIDC_ISSUER: string;
  readonly OIDC_AUDIENCE: string;
  readonly TENANT_CLAIM: string;
  readonly SHARED_TENANT: string;
  readonly LOOPBACK_ISSUER: string;
  /** The secret that holds Stripe's key. */
  readonly STRIPE_KEY_ARN: string;
  /** Where Stripe is; empty: at Stripe. Only the local stack names its fake. */
  readonly STRIPE_API_URL: string;
  readonly CORS_ORIGINS: string;
}

export const customerVariables = {
  CUSTOMERS_TABLE: "required",
  OIDC_ISSUER: "required",
  OIDC_AUDIENCE: "required",
  TENANT_CLAIM: "required",
  SHARED_TENANT: "empty",
  LOOPBACK_ISSUER: "required",
  STRIPE_KEY_ARN: "required",
  STRIPE_API_URL: "empty",
  CORS_ORIGINS: "required",
} as const satisfies Readonly<Record<keyof CustomerEnvironment, "required" | "empty">>;

/** What those functions share, composed once an instance. */
export function customerParts(
  environment: CustomerEnvironment,
  functionName: (typeof functionNames)[number],
) {
  const client = traced(new DynamoDBClient(clientDefaults));
  const guarded = resilient("dynamodb");
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = environment;
  const keys = issuerKeys({ issuer, loopback: environment.LOOPBACK_ISSUER === "true", now: Date.now, fetch });
  const secrets = secretReader(
    traced(new SecretsManagerClient(clientDefaults)),
    resilient("secrets"),
    Date.now,
  );
  const circuit = stripeCircuit();
  let known: { readonly key: string; readonly stripe: Stripe } | undefined;
  return {
    client,
    guarded,
    tokens: tokenVerifier({ issuer, audience, keys, now: Date.now }),
    customers: dynamoCustomers(client, environment.CUSTOMERS_TABLE, guarded),
    stripe: async (): Promise<Stripe> => {
      const key = await secrets.read(environment.STRIPE_KEY_ARN);
      if (known?.key !== key) known = { key, stripe: stripeClient(key, environment.STRIPE_API_URL) };
      return known.stripe;
    },
    resilientFor: (remaining: () => number) => resilientStripe(circuit, { remaining }),
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
