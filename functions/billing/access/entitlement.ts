import * as v from "valibot";
import type { PlanLimits } from "../../shared/plan-limits.ts";
import type { AccessPolicy } from "./access-policy.ts";
import { isTerminal, isUnknown } from "./subscription-status.ts";

const epochSeconds = v.pipe(v.number(), v.safeInteger());

/** What we keep of one subscription. Times are epoch seconds. */
export const knownSubscription = v.strictObject({
  id: v.string(),
  /** As Stripe says it; one that we do not know gives nothing. */
  status: v.string(),
  /** The plan that it gives while its status allows it; absent when no plan has its price, or none was paid yet. */
  planId: v.optional(v.string()),
  /** The plan's group: a user has one live subscription in each. */
  group: v.optional(v.string()),
  priceId: v.string(),
  currentPeriodEnd: epochSeconds,
  cancelAtPeriodEnd: v.boolean(),
  /** When we first saw a failed payment that has not been made good since. */
  pastDueSince: v.optional(epochSeconds),
  /** The end of the last period whose invoice was seen paid. */
  paidThrough: v.optional(epochSeconds),
  terminal: v.boolean(),
  /** The attempt that made it; absent of one that was not made by `POST /subscriptions`. */
  attempt: v.optional(v.string()),
});
export type KnownSubscription = v.InferOutput<typeof knownSubscription>;

export const entitlement = v.variant("kind", [
  v.strictObject({ kind: v.literal("entitled"), planId: v.string(), until: epochSeconds }),
  v.strictObject({ kind: v.literal("none"), reason: v.string() }),
]);
export type Entitlement = v.InferOutput<typeof entitlement>;

/** What the entitlement needs to know of a plan. The order of plans is from the least to the most. */
export interface PlanTerms {
  readonly priceId: string;
  readonly earlierPriceIds?: readonly string[] | undefined;
  readonly group: string;
  readonly limits: PlanLimits;
}
export type Plans = Readonly<Record<string, PlanTerms>>;

/** Why there is no access, the nearest to access first. */
export const denials = [
  "grace_over",
  "period_over",
  "unpaid_invoice",
  "incomplete",
  "paused",
  "unpaid",
  "price_unknown",
  "status_unknown",
  "canceled",
  "incomplete_expired",
  "no_subscription",
] as const;
export type Denial = (typeof denials)[number];

type Grant = { readonly planId: string; readonly until: number };

const day = 24 * 60 * 60;

/**
 * What a customer has at `now` (epoch seconds), over all subscriptions: the greatest plan that any of them gives,
 * and until when if nothing is heard. None of a status that is terminal or not known, or a price that no plan
 * has, ever gives access.
 */
export function entitlementOf(
  subscriptions: readonly KnownSubscription[],
  plans: Plans,
  access: AccessPolicy,
  now: number,
): Entitlement {
  const ranks = new Map(Object.keys(plans).map((planId, rank) => [planId, rank]));
  const given = subscriptions.map((subscription) => grantOf(subscription, plans, access, now));
  const [best] = given
    .filter((each): each is Grant => typeof each !== "string")
    .sort((a, b) => (ranks.get(b.planId) ?? -1) - (ranks.get(a.planId) ?? -1) || b.until - a.until);
  if (best) return { kind: "entitled", ...best };
  const reasons = new Set(given);
  return { kind: "none", reason: denials.find((reason) => reasons.has(reason)) ?? "no_subscription" };
}

function grantOf(
  subscription: KnownSubscription,
  plans: Plans,
  access: AccessPolicy,
  now: number,
): Grant | Denial {
  const { status, planId, currentPeriodEnd, cancelAtPeriodEnd, pastDueSince } = subscription;
  if (status === "canceled" || status === "incomplete_expired") return status;
  if (subscription.terminal || isTerminal(status)) return "canceled";
  if (isUnknown(status)) return "status_unknown";
  if (status === "incomplete" || status === "unpaid") return status;
  if (status === "paused" && access.onPause === "end") return "paused";
  if (planId === undefined) return subscription.group === undefined ? "price_unknown" : "unpaid_invoice";
  if (!Object.hasOwn(plans, planId)) return "price_unknown";

  const grace = access.pastDueGraceDays * day;
  if (status === "past_due") {
    const until = (pastDueSince ?? now) + grace;
    return until > now ? { planId, until } : "grace_over";
  }
  // A renewal is told a little after the period's end, and a failed one would have its grace.
  const until = cancelAtPeriodEnd ? currentPeriodEnd : currentPeriodEnd + grace + day;
  if (status === "paused") return { planId, until: Math.max(until, now + day) };
  return until > now ? { planId, until } : "period_over";
}
