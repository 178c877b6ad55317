import type { Stripe } from "stripe";
import { type Plans, planOfPrice } from "../access/plans.ts";
import type { ShownSubscription } from "../callers/answers.ts";

/** ISO 8601. */
export const iso = (epochSeconds: number): string => new Date(epochSeconds * 1_000).toISOString();

/** What Stripe says of one subscription, as its customer is told. */
export function showSubscription(subscription: Stripe.Subscription, plans: Plans): ShownSubscription {
  const { status, items, cancel_at, cancel_at_period_end, pending_update, latest_invoice } = subscription;
  const item = items.data.find(({ price }) => planOfPrice(plans, price.id)) ?? items.data[0];
  const had = item && planOfPrice(plans, item.price.id);
  const pending = pendingPlanOf(subscription, plans);
  const periodEnd = item?.current_period_end ?? 0;
  const invoice = typeof latest_invoice === "object" ? latest_invoice : null;
  const owed = pending_update && invoice?.status === "open" ? invoice : undefined;
  const url = owed?.hosted_invoice_url;
  const clientSecret = owed?.confirmation_secret?.client_secret;
  return {
    ...(had && { plan: had.planId, group: had.plan.group }),
    status,
    currentPeriodEnd: iso(Math.min(periodEnd, cancel_at ?? periodEnd)),
    cancelAtPeriodEnd: cancel_at_period_end || (cancel_at ?? Infinity) <= periodEnd,
    ...(pending !== undefined && { pendingPlan: pending }),
    ...(owed && { payment: { ...(url && { url }), ...(clientSecret && { clientSecret }) } }),
  };
}

/** The plan of an update that waits for its payment. */
export function pendingPlanOf({ pending_update }: Stripe.Subscription, plans: Plans): string | undefined {
  const prices = pending_update?.subscription_items?.map(({ price }) => price.id) ?? [];
  return prices.map((price) => planOfPrice(plans, price)?.planId).find((planId) => planId !== undefined);
}
