import type { KnownSubscription } from "../access/entitlement.ts";
import type { StripeSubscription } from "./project-subscriptions.ts";

export interface Duplicates {
  /** Live subscriptions too many: all but one of each plan group. */
  readonly count: number;
  /** Those of them that were bought twice beyond doubt: as the oldest of their group, of the same price, and both run. */
  readonly boughtTwice: readonly string[];
}

/** What a customer has more than once, by what we know and what Stripe has just shown. */
export function duplicatesIn(
  known: readonly KnownSubscription[],
  read: readonly StripeSubscription[],
): Duplicates {
  const createdAt = new Map(read.map(({ id, created }) => [id, created]));
  const live = known.filter(
    ({ terminal, status, group }) => !terminal && status !== "incomplete" && group !== undefined,
  );
  const groups = [...Map.groupBy(live, ({ group }) => group).values()];
  const boughtTwice = groups.flatMap((group) => {
    const running = group
      .filter(({ id, status }) => (status === "active" || status === "trialing") && createdAt.has(id))
      .sort((a, b) => (createdAt.get(a.id) ?? 0) - (createdAt.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    // One that does not run may be why the other was bought.
    const [oldest, ...others] = running.length === group.length ? running : [];
    return others.filter(({ priceId }) => priceId === oldest?.priceId).map(({ id }) => id);
  });
  return { count: live.length - groups.length, boughtTwice };
}
