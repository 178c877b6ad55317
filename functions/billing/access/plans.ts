import * as v from "valibot";
import { planLimits } from "../../shared/plan-limits.ts";

/** What a team sells, by plan id. A client names the id and nothing else. */
export const plans = v.record(
  v.string(),
  v.object({
    /** As it is shown to people. */
    name: v.string(),
    /** Of Stripe. Never sent to clients. */
    priceId: v.string(),
    /** Prices at which it was sold before: who has one keeps the plan. */
    earlierPriceIds: v.optional(v.array(v.string())),
    /** Plans of one group exclude each other: one live subscription a user and group. */
    group: v.string(),
    limits: planLimits,
    trialDays: v.optional(v.number()),
  }),
);

export type Plans = v.InferOutput<typeof plans>;
export type Plan = Plans[string];

/** The plan of that id, if there is one. Names of `Object.prototype` are none. */
export const planOf = (all: Plans, id: string): Plan | undefined =>
  Object.hasOwn(all, id) ? all[id] : undefined;

/** What the search for a price needs to know of a plan. */
interface Priced {
  readonly priceId: string;
  readonly earlierPriceIds?: readonly string[] | undefined;
}

/** The plan that has the price, or had it once. Undefined for one that no plan has: then nothing may be granted. */
export function planOfPrice<Each extends Priced>(
  all: Readonly<Record<string, Each>>,
  priceId: string,
): { readonly planId: string; readonly plan: Each } | undefined {
  const found = Object.entries(all).find(
    ([, plan]) => plan.priceId === priceId || plan.earlierPriceIds?.includes(priceId),
  );
  return found && { planId: found[0], plan: found[1] };
}
