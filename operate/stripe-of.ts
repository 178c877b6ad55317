import type { Stripe } from "stripe";
import {
  type ResilientStripe,
  resilientStripe,
  stripeCircuit,
  stripeClient,
} from "../functions/billing/stripe/stripe-client.ts";
import { SecretsManagerClient } from "../functions/shared/aws/secrets-manager.ts";
import { resilient } from "../functions/shared/resilience.ts";
import { secretReader } from "../functions/shared/secrets.ts";
import { OperateError } from "./operate-error.ts";
import type { Stack } from "./stack.ts";

/** Milliseconds in which a request and its retries must end. */
const patience = 30_000;

export interface StripeAccount {
  readonly stripe: Stripe;
  readonly resilient: ResilientStripe;
}

/** Stripe with the stack's own key, which nobody sees. Throws OperateError where nothing is sold. */
export async function stripeOf({
  stripe: settings,
  configuration,
}: Pick<Stack, "stripe" | "configuration">): Promise<StripeAccount> {
  if (!settings) throw new OperateError("the stack sells nothing: it has no synapse-d:stripe");
  const secrets = secretReader(new SecretsManagerClient(configuration), resilient("secrets"), Date.now);
  const key = await secrets.read(settings.secretKeyArn);
  const until = performance.now() + patience;
  return {
    stripe: stripeClient(key, settings.apiUrl ?? ""),
    resilient: resilientStripe(stripeCircuit(), { remaining: () => until - performance.now() }),
  };
}
