import { randomUUID } from "node:crypto";
import type { Stripe } from "stripe";
import { orMissing } from "../../functions/billing/stripe/or-missing.ts";
import { OperateError } from "../operate-error.ts";
import type { StripeAccount } from "../stripe-of.ts";

/** What a plan costs: Stripe's `unit_amount`, in the smallest unit of the currency. */
export interface Cost {
  readonly unitAmount: number;
  readonly currency: string;
  readonly interval: "day" | "week" | "month" | "year";
}

export interface SoldPlan {
  readonly name: string;
  /** As configured; it may not exist yet. */
  readonly priceId: string;
}

export type SetUp = "unchanged" | "changed" | "made";

/** By what a plan's price is found again, whatever its id (https://docs.stripe.com/products-prices/manage-prices#lookup-keys). */
export const lookupKeyOf = (planId: string): string => `synapse-d:${planId}`;

/**
 * The price of a plan: the configured one, else that of the plan's lookup key, else a new one that costs so much. A
 * price cannot be changed, so another cost makes a new one, which takes the lookup key over; who subscribed before keeps
 * the old one. Throws OperateError when there is none, and no cost to make one.
 */
export async function priceOfPlan(
  { stripe, resilient }: StripeAccount,
  planId: string,
  plan: SoldPlan,
  cost: Cost | undefined,
  dryRun: boolean,
): Promise<{ readonly id: string; readonly setUp: SetUp }> {
  const key = lookupKeyOf(planId);
  const configured = await orMissing(
    resilient((options) => stripe.prices.retrieve(plan.priceId, {}, options)),
  );
  const { data } = await resilient((options) =>
    stripe.prices.list({ lookup_keys: [key], limit: 1 }, options),
  );
  const found = configured ?? data[0];
  if (found && (!cost || costs(found, cost))) {
    if (found.lookup_key === key) return { id: found.id, setUp: "unchanged" };
    if (!dryRun) {
      const idempotencyKey = randomUUID();
      await resilient((options) =>
        stripe.prices.update(
          found.id,
          { lookup_key: key, transfer_lookup_key: true },
          { ...options, idempotencyKey },
        ),
      );
    }
    return { id: found.id, setUp: "changed" };
  }
  if (!cost) {
    throw new OperateError(
      `plan "${planId}" has no price at Stripe; say what it costs, such as --price ${planId}=1900usd/month`,
    );
  }
  if (dryRun) return { id: "a new price", setUp: "made" };
  const product = found ? idOf(found.product) : await productOf({ stripe, resilient }, planId, plan);
  const idempotencyKey = randomUUID();
  const { id } = await resilient((options) =>
    stripe.prices.create(
      {
        product,
        currency: cost.currency,
        unit_amount: cost.unitAmount,
        recurring: { interval: cost.interval },
        lookup_key: key,
        transfer_lookup_key: true,
      },
      { ...options, idempotencyKey },
    ),
  );
  return { id, setUp: "made" };
}

/** With an id of ours, so that there is one, however often we are cut off. */
async function productOf(
  { stripe, resilient }: StripeAccount,
  planId: string,
  { name }: SoldPlan,
): Promise<string> {
  const id = `synapse-d-${planId}`;
  const found = await orMissing(resilient((options) => stripe.products.retrieve(id, {}, options)));
  const idempotencyKey = randomUUID();
  if (!found)
    await resilient((options) => stripe.products.create({ id, name }, { ...options, idempotencyKey }));
  return id;
}

const costs = ({ unit_amount, currency, recurring }: Stripe.Price, cost: Cost): boolean =>
  unit_amount === cost.unitAmount &&
  currency === cost.currency &&
  recurring?.interval === cost.interval &&
  recurring.interval_count === 1;

const idOf = (product: Stripe.Price["product"]): string =>
  typeof product === "string" ? product : product.id;
