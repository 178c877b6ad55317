import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Stripe } from "stripe";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { type Plans, planOf } from "../access/plans.ts";
import { type CustomerEnvironment, customerParts, customerVariables } from "../callers/customer-parts.ts";
import { idempotencyKeyOf } from "../callers/idempotency-key.ts";
import { readBody } from "../callers/read-body.ts";
import { type Asked, type CallerPorts, type Served, serveCaller } from "../callers/serve-caller.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { type AttemptLedger, dynamoAttemptLedger } from "./attempts.ts";
import { createOnce } from "./create-once.ts";
import { type CustomerIds, dynamoCustomerIds } from "./customer-ids.ts";
import { describePurchase, purchase } from "./purchase.ts";
import { readPlans } from "./purchase-settings.ts";
import { stripeCustomerOf } from "./stripe-customer.ts";
import { checkSubscriptionRequest, subscriptionRequest } from "./subscription-request.ts";

export interface Environment extends CustomerEnvironment {
  readonly ATTEMPTS_TABLE: string;
  /** JSON of the plans that are sold, by id. */
  readonly PLANS: string;
  readonly SUCCESS_URL: string;
  readonly CANCEL_URL: string;
}

export interface SubscriptionPorts extends CallerPorts {
  readonly attempts: AttemptLedger;
  readonly customerIds: CustomerIds;
  /** Throws Failure when the key cannot be had. */
  readonly stripe: () => Promise<Stripe>;
  /** How requests to Stripe are repeated by a function that has so many milliseconds left. */
  readonly resilientFor: (remaining: () => number) => ResilientStripe;
  readonly plans: Plans;
  /** Where the page of Stripe's leads back to. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
}

/**
 * `POST /subscriptions`: the caller buys a plan of the allow-list, on a page of Stripe's or in the team's app.
 * However often, and from however many tabs it is asked, it makes one thing to pay, and every request gets that.
 * 201 with where to pay; else problem details.
 */
export const createSubscription = (ports: SubscriptionPorts) =>
  serveCaller(ports, "subscription", async (asked): Promise<Served> => {
    try {
      return await make(ports, asked);
    } catch (error) {
      if (isVatId(error)) return { kind: "refused", code: "vat_id_invalid", field: "customer.vatId" };
      throw error;
    }
  });

async function make(ports: SubscriptionPorts, { caller, request, line, remaining }: Asked): Promise<Served> {
  const { plans, successUrl, cancelUrl } = ports;
  const sent = idempotencyKeyOf(request);
  if (sent.kind === "refused") return sent;
  const parsed = readBody(subscriptionRequest, request.body);
  if (parsed.kind === "refused") return parsed;
  const wanted = parsed.value;
  const checked = checkSubscriptionRequest(wanted, plans);
  if (checked.kind === "refused") return checked;

  const { plan: planId, mode } = wanted;
  const { user, email } = caller;
  const stripe = await ports.stripe();
  const stripePorts = { stripe, resilient: ports.resilientFor(remaining), plans, successUrl, cancelUrl };
  const done = await createOnce(
    { ...ports, remaining },
    {
      user,
      group: planOf(plans, planId)?.group ?? "",
      key: sent.key,
      body: JSON.stringify(wanted),
      purchase: `${planId} ${mode}`,
      make: async (attempt) => {
        const customerPorts = { ...stripePorts, customerIds: ports.customerIds };
        const customer = await stripeCustomerOf(customerPorts, user, wanted.customer, email);
        return purchase(stripePorts, { user, customer, planId, mode, attempt });
      },
      isOpen: async (outcome) => (await describePurchase(stripePorts, planId, outcome)).isOpen,
    },
  );
  if (done.kind === "refused") return done;
  const { body } = await describePurchase(stripePorts, planId, done.outcome);
  line.add({ outcome: done.isReplay ? "replayed" : "created" });
  return { kind: "served", status: 201, body };
}

const isVatId = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.code === "tax_id_invalid";

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    ...customerVariables,
    ATTEMPTS_TABLE: "required",
    PLANS: "required",
    SUCCESS_URL: "required",
    CANCEL_URL: "required",
  });
  const { client, guarded, ...parts } = customerParts(environment, "create-subscription");
  return createSubscription({
    ...parts,
    attempts: dynamoAttemptLedger(client, environment.ATTEMPTS_TABLE, guarded, Date.now),
    customerIds: dynamoCustomerIds(client, environment.CUSTOMERS_TABLE, guarded),
    wait: (milliseconds) => wait(milliseconds),
    newId: randomUUID,
    plans: readPlans(environment.PLANS),
    successUrl: environment.SUCCESS_URL,
    cancelUrl: environment.CANCEL_URL,
  });
});
