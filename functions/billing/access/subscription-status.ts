/** Stripe's eight statuses of a subscription (https://docs.stripe.com/api/subscriptions/object). */
export const statuses = [
  "incomplete",
  "incomplete_expired",
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
  "canceled",
] as const;
export type SubscriptionStatus = (typeof statuses)[number];

/**
 * Where a subscription may go from each status in one step
 * (https://docs.stripe.com/billing/subscriptions/overview, and the pages on trials, pausing and cancelling).
 */
export const steps: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  incomplete: ["active", "incomplete_expired", "canceled"],
  incomplete_expired: [],
  trialing: ["active", "past_due", "paused", "canceled"],
  // A trial's end may be set on a running subscription.
  active: ["past_due", "paused", "canceled", "trialing"],
  past_due: ["active", "unpaid", "paused", "canceled"],
  unpaid: ["active", "paused", "canceled"],
  paused: ["active", "past_due", "canceled"],
  canceled: [],
};

const known: ReadonlySet<string> = new Set(statuses);
const isKnown = (status: string): status is SubscriptionStatus => known.has(status);

/** True for a status that no subscription ever leaves. */
export const isTerminal = (status: string): boolean => isKnown(status) && steps[status].length === 0;

export type Move = "same" | "legal" | "illegal" | "from_terminal";

/**
 * What to think of a subscription that was seen in one status and is now seen in another. Steps between may have
 * gone unseen, so every status that can be reached is legal. A status that we do not know can be reached from
 * all but terminal ones, and left for any.
 */
export function moveOf(from: string | undefined, to: string): Move {
  if (from === undefined) return "legal";
  if (from === to) return "same";
  if (isTerminal(from)) return "from_terminal";
  if (!isKnown(from) || !isKnown(to)) return "legal";
  return reachable(from).has(to) ? "legal" : "illegal";
}

export const isUnknown = (status: string): boolean => !isKnown(status);

function reachable(from: SubscriptionStatus): ReadonlySet<SubscriptionStatus> {
  const found = new Set<SubscriptionStatus>();
  const open = [...steps[from]];
  for (let next = open.pop(); next; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...steps[next]);
  }
  return found;
}
