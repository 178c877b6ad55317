import type { Stripe } from "stripe";
import { type Plans, planOf, planOfPrice } from "../access/plans.ts";
import type { CheckoutMade, InAppMade } from "../callers/answers.ts";
import { listAll } from "../stripe/list-all.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { cancelUnpaid, closeSession } from "./give-way.ts";
import { isStored500, rounds } from "./stripe-customer.ts";

export interface PurchasePorts {
  readonly stripe: Stripe;
  readonly resilient: ResilientStripe;
  readonly plans: Plans;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** What is to be bought, by whom, in which attempt. */
export interface Purchase {
  readonly user: string;
  readonly customer: string;
  readonly planId: string;
  readonly mode: "checkout" | "in_app";
  readonly attempt: string;
}

export type Purchased =
  /** `checkout:<session>` or `in_app:<subscription>`. */
  | { readonly kind: "made"; readonly outcome: string }
  | { readonly kind: "refused"; readonly code: "subscription_exists" };

const ended = new Set(["canceled", "incomplete_expired"]);

/**
 * Makes the one checkout session or incomplete subscription of an attempt, or finds what the attempt made before.
 * What other attempts left open in the group is closed first: it could be paid too. Where it is paid at that very
 * moment, it stays. A live subscription in the group refuses it; one whose price no plan has counts for every group.
 */
export async function purchase(ports: PurchasePorts, wanted: Purchase): Promise<Purchased> {
  const { plans } = ports;
  const { customer, attempt, planId } = wanted;
  const group = planOf(plans, planId)?.group;
  const made = (outcome: string): Purchased => ({ kind: "made", outcome });

  for (const { id, status, metadata } of await sessionsOf(ports, customer)) {
    if (metadata?.synapse_attempt === attempt) return made(`checkout:${id}`);
    if (status === "open" && metadata?.synapse_group === group) await closeSession(ports, id);
  }
  const subscriptions = await subscriptionsOf(ports, customer);
  const inGroup = subscriptions.filter(({ items }) =>
    items.data.some(({ price }) => (planOfPrice(plans, price.id)?.plan.group ?? group) === group),
  );
  for (const subscription of inGroup) {
    if (subscription.metadata.synapse_attempt === attempt) return made(`in_app:${subscription.id}`);
    if (ended.has(subscription.status)) continue;
    const isOpen = subscription.status === "incomplete";
    if (!isOpen || (await cancelUnpaid(ports, subscription)) === "kept") {
      return { kind: "refused", code: "subscription_exists" };
    }
  }
  return made(await create(ports, wanted, inGroup.length > 0));
}

/** A trial is for those who never had a subscription of the group. */
async function create(ports: PurchasePorts, wanted: Purchase, hadOne: boolean): Promise<string> {
  const { stripe, resilient, plans } = ports;
  const { user, customer, planId, mode, attempt } = wanted;
  const plan = planOf(plans, planId);
  const trial = hadOne ? undefined : plan?.trialDays;
  const metadata = {
    synapse_user: user,
    synapse_plan: planId,
    synapse_group: plan?.group ?? "",
    synapse_attempt: attempt,
  };
  const price = plan?.priceId ?? "";
  for (let round = 0; ; round += 1) {
    const idempotencyKey = `${mode}-${attempt}-${round}`;
    try {
      if (mode === "in_app") {
        const { id } = await resilient((options) =>
          stripe.subscriptions.create(
            {
              customer,
              items: [{ price }],
              payment_behavior: "default_incomplete",
              payment_settings: { save_default_payment_method: "on_subscription" },
              metadata,
              ...(trial !== undefined && { trial_period_days: trial }),
            },
            { ...options, idempotencyKey },
          ),
        );
        return `in_app:${id}`;
      }
      const { id } = await resilient((options) =>
        stripe.checkout.sessions.create(
          {
            customer,
            mode: "subscription",
            line_items: [{ price, quantity: 1 }],
            success_url: ports.successUrl,
            cancel_url: ports.cancelUrl,
            metadata,
            subscription_data: { metadata, ...(trial !== undefined && { trial_period_days: trial }) },
          },
          { ...options, idempotencyKey },
        ),
      );
      return `checkout:${id}`;
    } catch (error) {
      if (!isStored500(error) || round + 1 >= rounds) throw error;
      const found = await find(ports, wanted);
      if (found) return found;
    }
  }
}

/** What the attempt made, although Stripe answered that it failed. */
async function find(ports: PurchasePorts, { customer, attempt, mode }: Purchase) {
  const all: readonly { readonly id: string; readonly metadata: Stripe.Metadata | null }[] =
    mode === "checkout" ? await sessionsOf(ports, customer) : await subscriptionsOf(ports, customer);
  const found = all.find(({ metadata }) => metadata?.synapse_attempt === attempt);
  return found && `${mode}:${found.id}`;
}

const sessionsOf = ({ stripe, resilient }: PurchasePorts, customer: string) =>
  listAll((page) => resilient((options) => stripe.checkout.sessions.list({ customer, ...page }, options)));

const subscriptionsOf = ({ stripe, resilient }: PurchasePorts, customer: string) =>
  listAll((page) =>
    resilient((options) => stripe.subscriptions.list({ customer, status: "all", ...page }, options)),
  );

/** What the caller is told of it: where to pay, and how far that is. */
export async function describePurchase(
  { stripe, resilient }: Pick<PurchasePorts, "stripe" | "resilient">,
  plan: string,
  outcome: string,
): Promise<{ readonly isOpen: boolean; readonly body: CheckoutMade | InAppMade }> {
  const [mode = "", id = ""] = outcome.split(":");
  if (mode === "checkout") {
    const { status, url, expires_at } = await resilient((options) =>
      stripe.checkout.sessions.retrieve(id, {}, options),
    );
    const expiresAt = new Date(expires_at * 1_000).toISOString();
    return {
      isOpen: status === "open",
      body: { plan, mode, status, ...(url !== null && { url }), expiresAt },
    };
  }
  const subscription = await resilient((options) =>
    stripe.subscriptions.retrieve(
      id,
      { expand: ["latest_invoice.confirmation_secret", "pending_setup_intent"] },
      options,
    ),
  );
  const { status } = subscription;
  return {
    isOpen: status === "incomplete",
    body: { plan, mode: "in_app", status, subscription: id, ...secretOf(subscription) },
  };
}

/** In a trial nothing is to be paid yet, but a card is to be kept for its end. */
function secretOf({
  latest_invoice: invoice,
  pending_setup_intent: setup,
}: Stripe.Subscription): Pick<InAppMade, "clientSecret" | "clientSecretType"> {
  const payment = typeof invoice === "object" ? invoice?.confirmation_secret?.client_secret : undefined;
  if (payment) return { clientSecret: payment, clientSecretType: "payment_intent" };
  const card = typeof setup === "object" ? setup?.client_secret : undefined;
  return card ? { clientSecret: card, clientSecretType: "setup_intent" } : {};
}
