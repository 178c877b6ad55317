import * as v from "valibot";
import { recordOf } from "../record-of.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { type StripeFake, type StripeOptions, startStripe } from "../stripe/stripe.ts";
import { createObject } from "./create-object.ts";

/** The fake of Stripe, with what a team sets up in an account of its own. */
export interface StripeAccount {
  readonly fake: StripeFake;
  /** The configuration that names its prices, its secrets and its address. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Has its events sent to the billing API's webhook, and keeps the secret that signs them. */
  registerWebhook(billingUrl: string): Promise<void>;
}

const plans = v.pipe(
  v.string(),
  v.parseJson(),
  recordOf(v.string(), v.looseObject({ name: v.optional(v.string()) })),
);
const webhookSecret = "synapse-d/stripe-webhook";
const monthlyCents = 1_900;

/**
 * Starts the fake, and makes a product and a monthly price for each plan of the stack file: 19 US dollars for the
 * first, 38 for the second, and so on. Checkout and the portal lead back to `page`. `configured` is the plans' JSON
 * as Pulumi takes it.
 */
export async function openStripeAccount(
  options: StripeOptions,
  page: string,
  configured: string,
  secrets: Pick<Secrets, "put">,
): Promise<StripeAccount> {
  const fake = await startStripe(options);
  const parsed = v.safeParse(plans, configured);
  const priced: Record<string, object> = {};
  // What is wrong with the plans, the program itself says.
  for (const [id, plan] of Object.entries(parsed.success ? parsed.output : {})) {
    const product = await createObject(fake, "/v1/products", { name: plan.name || id });
    const price = await createObject(fake, "/v1/prices", {
      product: product.id,
      currency: "usd",
      unit_amount: String(monthlyCents * (Object.keys(priced).length + 1)),
      "recurring[interval]": "month",
    });
    priced[id] = { ...plan, priceId: price.id };
  }
  return {
    fake,
    configuration: {
      ...(parsed.success && { "synapse-d:plans": priced }),
      "synapse-d:stripe": {
        secretKeyArn: secrets.put("synapse-d/stripe-key", fake.secretKey),
        // Until there is a webhook nothing is signed by it.
        webhookSecretArns: [secrets.put(webhookSecret, "whsec_not_registered")],
        apiUrl: fake.url,
        successUrl: `${page}?session_id={CHECKOUT_SESSION_ID}`,
        cancelUrl: page,
        portalReturnUrl: page,
      },
    },
    registerWebhook: async (billingUrl) => {
      const endpoint = await createObject(fake, "/v1/webhook_endpoints", {
        url: `${billingUrl}/stripe/webhook`,
        "enabled_events[0]": "*",
        api_version: "2026-10-28.endive",
      });
      secrets.put(webhookSecret, endpoint.secret ?? "");
    },
  };
}
