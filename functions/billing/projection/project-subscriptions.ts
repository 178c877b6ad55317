import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";
import type { PlanLimits } from "../../shared/plan-limits.ts";
import type { AccessPolicy } from "../access/access-policy.ts";
import type { KnownSubscription, Plans } from "../access/entitlement.ts";
import { planOfPrice } from "../access/plans.ts";
import { isTerminal, isUnknown, type Move, moveOf } from "../access/subscription-status.ts";
import { type Duplicates, duplicatesIn } from "./duplicate-subscriptions.ts";

const epochSeconds = v.pipe(v.number(), v.safeInteger());

/** What we read of a subscription of Stripe's (https://docs.stripe.com/api/subscriptions/object). */
export const stripeSubscription = v.object({
  id: v.string(),
  status: v.string(),
  cancel_at_period_end: v.boolean(),
  cancel_at: v.nullish(epochSeconds),
  created: epochSeconds,
  metadata: v.nullish(v.unknown()),
  items: v.object({
    data: v.pipe(
      v.array(v.object({ current_period_end: epochSeconds, price: v.object({ id: v.string() }) })),
      v.minLength(1),
    ),
  }),
  latest_invoice: v.nullish(v.union([v.string(), v.object({ status: v.nullish(v.string()) })])),
});
/** What `POST /subscriptions` writes of itself. Anybody with the key may write it, too. */
const ofAttempt = v.object({ synapse_attempt: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) });

export type StripeSubscription = v.InferOutput<typeof stripeSubscription>;

/** A change that support may ask about, or that an operator must see. */
export interface Transition {
  readonly subscriptionId: string;
  readonly from: string | undefined;
  readonly to: string;
  readonly planBefore: string | undefined;
  readonly planAfter: string | undefined;
}

/** What an operator must see. */
export const oddities = [
  "transition_illegal",
  "terminal_left",
  "status_unknown",
  "price_unknown",
  "subscription_absent",
  "subscription_duplicate",
] as const;
export type Oddity = (typeof oddities)[number];

export interface Projected {
  readonly subscriptions: readonly KnownSubscription[];
  readonly transitions: readonly Transition[];
  readonly oddities: readonly Oddity[];
  readonly duplicates: Duplicates;
}

/** Whatever the seller has decided. */
const givesNothing: ReadonlySet<string> = new Set(["incomplete", "incomplete_expired", "unpaid", "canceled"]);

/** Ended subscriptions that are remembered, the newest, so that a late word cannot bring one back. */
export const mostEnded = 100;

/**
 * What we know after reading all subscriptions of a customer, given what we knew. A move that Stripe cannot make is
 * told, and taken only to a status that gives nothing. A terminal subscription stays as it is. One that Stripe no
 * longer lists gives nothing.
 */
export function projectSubscriptions(
  before: readonly KnownSubscription[],
  read: readonly StripeSubscription[],
  plans: Plans,
  access: AccessPolicy,
  now: number,
): Projected {
  const odd = new Set<Oddity>();
  const transitions: Transition[] = [];
  const known = new Map(before.map((each) => [each.id, each]));
  const after = new Map(known);
  const listed = new Set(read.map(({ id }) => id));

  for (const subscription of read) {
    const was = known.get(subscription.id);
    const move = moveOf(was?.status, subscription.status);
    for (const oddity of oddIn(move, subscription.status)) odd.add(oddity);
    if (move === "from_terminal") continue;
    // It may end access, never give it.
    if (move === "illegal" && !givesNothing.has(subscription.status)) continue;
    const next = projectOne(was, subscription, plans, access, now);
    if (!next.terminal && next.group === undefined) odd.add("price_unknown");
    after.set(next.id, next);
    note(transitions, was, next);
  }
  for (const was of before) {
    if (listed.has(was.id) || was.terminal) continue;
    odd.add("subscription_absent");
    const next = { ...was, status: "absent" };
    after.set(was.id, next);
    note(transitions, was, next);
  }
  const all = [...after.values()];
  const duplicates = duplicatesIn(all, read);
  if (duplicates.count > 0) odd.add("subscription_duplicate");
  const ended = all
    .filter(({ terminal }) => terminal)
    .sort((a, b) => b.currentPeriodEnd - a.currentPeriodEnd);
  const forgotten = new Set(ended.slice(mostEnded).map(({ id }) => id));
  return {
    subscriptions: all.filter(({ id }) => !forgotten.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    transitions: transitions.filter(({ subscriptionId }) => !forgotten.has(subscriptionId)),
    oddities: [...odd],
    duplicates,
  };
}

function oddIn(move: Move, status: string): Oddity[] {
  if (move === "illegal") return ["transition_illegal"];
  if (move === "from_terminal") return ["terminal_left"];
  return isUnknown(status) ? ["status_unknown"] : [];
}

function note(transitions: Transition[], was: KnownSubscription | undefined, next: KnownSubscription): void {
  if (was?.status === next.status && was.planId === next.planId) return;
  transitions.push({
    subscriptionId: next.id,
    from: was?.status,
    to: next.status,
    planBefore: was?.planId,
    planAfter: next.planId,
  });
}

function projectOne(
  was: KnownSubscription | undefined,
  { id, status, items, latest_invoice, metadata, ...subscription }: StripeSubscription,
  plans: Plans,
  access: AccessPolicy,
  now: number,
): KnownSubscription {
  const item = items.data.find(({ price }) => planOfPrice(plans, price.id)) ?? items.data[0];
  if (!item) throw new Failure("stripe_malformed", "expected a subscription with an item");
  const wanted = planOfPrice(plans, item.price.id)?.planId;
  const isPaid = typeof latest_invoice === "object" && latest_invoice?.status === "paid";
  const paidThrough = isPaid ? item.current_period_end : was?.paidThrough;
  const owes = status === "past_due" || status === "unpaid" || status === "paused";
  const pastDueSince =
    status === "past_due" ? (was?.pastDueSince ?? now) : owes ? was?.pastDueSince : undefined;
  const isFree = isPaid || status === "trialing" || access.onUnpaid === "grant";
  const planId = isFree ? wanted : planWithoutPayment(was?.planId, wanted, plans);
  const cancelsAt = subscription.cancel_at ?? undefined;
  const made = v.safeParse(ofAttempt, metadata);
  return {
    id,
    status,
    ...(planId !== undefined && { planId }),
    ...(wanted !== undefined && { group: plans[wanted]?.group ?? "default" }),
    priceId: item.price.id,
    currentPeriodEnd: Math.min(item.current_period_end, cancelsAt ?? Number.POSITIVE_INFINITY),
    cancelAtPeriodEnd:
      subscription.cancel_at_period_end || (cancelsAt ?? Infinity) <= item.current_period_end,
    ...(pastDueSince !== undefined && { pastDueSince }),
    ...(paidThrough !== undefined && { paidThrough }),
    terminal: isTerminal(status),
    ...(made.success && { attempt: made.output.synapse_attempt }),
  };
}

/** Without a paid invoice a plan may be lost or made smaller, never gained or raised. */
function planWithoutPayment(
  had: string | undefined,
  wanted: string | undefined,
  plans: Plans,
): string | undefined {
  if (had === undefined || wanted === undefined || had === wanted) return had === wanted ? had : undefined;
  const [limitsHad, limitsWanted] = [plans[had]?.limits, plans[wanted]?.limits];
  if (!limitsHad || !limitsWanted) return undefined;
  const names = Object.keys(limitsWanted) as (keyof PlanLimits)[];
  return names.some((name) => limitsWanted[name] > limitsHad[name]) ? had : wanted;
}
