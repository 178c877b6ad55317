import type { Stripe } from "stripe";
import { SecretsManagerClient } from "../../shared/aws/secrets-manager.ts";
import { resilient } from "../../shared/resilience.ts";
import { secretReader } from "../../shared/secrets.ts";
import {
  type ResilientStripe,
  resilientStripe,
  type StripeLimits,
  stripeCircuit,
  stripeClient,
} from "./stripe-client.ts";

/** What a function is told that asks Stripe. */
export interface StripeEnvironment {
  /** The secret that holds Stripe's key. */
  readonly STRIPE_KEY_ARN: string;
  /** Where Stripe is; empty: at Stripe. Only the local stack names its fake. */
  readonly STRIPE_API_URL: string;
}

export const stripeVariables = {
  STRIPE_KEY_ARN: "required",
  STRIPE_API_URL: "empty",
} as const satisfies Readonly<Record<keyof StripeEnvironment, "required" | "empty">>;

/** The seller's account at Stripe, for one instance of a function. */
export interface StripeAccount {
  /** The client of the key that the secret held at most five minutes ago. */
  readonly client: () => Promise<Stripe>;
  /** All of an instance's requests share one circuit. */
  readonly resilientFor: (limits: StripeLimits) => ResilientStripe;
}

export function stripeAccount({ STRIPE_KEY_ARN, STRIPE_API_URL }: StripeEnvironment): StripeAccount {
  const client = new SecretsManagerClient();
  const secrets = secretReader(client, resilient("secrets"), Date.now);
  const circuit = stripeCircuit();
  let known: { readonly key: string; readonly stripe: Stripe } | undefined;
  return {
    client: async () => {
      const key = await secrets.read(STRIPE_KEY_ARN);
      if (known?.key !== key) known = { key, stripe: stripeClient(key, STRIPE_API_URL) };
      return known.stripe;
    },
    resilientFor: (limits) => resilientStripe(circuit, limits),
  };
}
