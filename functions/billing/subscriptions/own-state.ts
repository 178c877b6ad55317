import type { KnownSubscription } from "../access/entitlement.ts";
import { type Plans, planOfPrice } from "../access/plans.ts";
import type { OwnState, ShownSubscription } from "../callers/answers.ts";
import type { Customer } from "../projection/customers.ts";
import { iso } from "./customer-subscription.ts";

/** A purchase in a plan group, and what it made: `checkout:<session>`, `in_app:<subscription>`, or nothing yet. */
export interface Purchase {
  readonly group: string;
  readonly outcome: string;
  /** By which what it made knows it. */
  readonly attempt: string;
}

/** Whether any of the purchases has come to nothing that the row shows. */
export const isOpenPurchase = (
  purchases: readonly Purchase[],
  row: Customer | undefined,
  plans: Plans,
): boolean =>
  purchases.some(({ group, outcome, attempt }) => {
    const own = row?.subscriptions ?? [];
    const isMade = own.some(
      (each) => each.status !== "incomplete" && (outcome === `in_app:${each.id}` || each.attempt === attempt),
    );
    return !isMade && !own.some((each) => isLive(each) && groupOf(each, plans) === group);
  });

const isLive = ({ terminal, status }: KnownSubscription) => !terminal && status !== "incomplete";

const groupOf = ({ group, priceId }: KnownSubscription, plans: Plans) =>
  group ?? planOfPrice(plans, priceId)?.plan.group;

/** `now` is epoch milliseconds. */
export function ownState(row: Customer | undefined, plans: Plans, isPending: boolean, now: number): OwnState {
  const order = Object.keys(plans);
  const weight = (each: KnownSubscription) =>
    each.terminal ? 0 : each.status === "incomplete" ? 1 : 3 + order.indexOf(each.planId ?? "");
  const all = (row?.subscriptions ?? []).toSorted(
    (a, b) => weight(b) - weight(a) || b.currentPeriodEnd - a.currentPeriodEnd,
  );
  const [first] = all;
  const entitlement = row?.entitlement ?? { kind: "none", reason: "no_subscription" };
  const isEntitled = entitlement.kind === "entitled" && entitlement.until > now / 1_000;
  const denied = entitlement.kind === "none" ? entitlement.reason : overAs(first);
  return {
    status: first?.status ?? (isPending ? "pending" : "none"),
    ...(isEntitled ? { plan: entitlement.planId, accessUntil: iso(entitlement.until) } : { denied }),
    pending: isPending,
    subscriptions: all.filter(({ terminal }) => !terminal).map((each) => shown(each, plans)),
  };
}

/** Why an entitlement whose time is over gives nothing. */
const overAs = (first: KnownSubscription | undefined) =>
  first?.status === "past_due" ? "grace_over" : "period_over";

function shown(known: KnownSubscription, plans: Plans): ShownSubscription {
  const { planId, status, currentPeriodEnd, cancelAtPeriodEnd } = known;
  const bought = planOfPrice(plans, known.priceId)?.planId;
  const group = groupOf(known, plans);
  const plan = planId ?? bought;
  return {
    ...(plan !== undefined && { plan }),
    ...(group !== undefined && { group }),
    status,
    currentPeriodEnd: iso(currentPeriodEnd),
    cancelAtPeriodEnd,
    ...(bought !== undefined && planId !== undefined && bought !== planId && { pendingPlan: bought }),
  };
}
