import type { Entitlement, KnownSubscription } from "../access/entitlement.ts";
import type { Transition } from "./project-subscriptions.ts";

/**
 * What to note when access changed and no subscription moved: a grace or a period is over, or the seller decides
 * otherwise than before. It is about the subscription that gave the access, or gives it now.
 */
export function changeWithoutMove(
  subscriptions: readonly KnownSubscription[],
  before: Entitlement,
  after: Entitlement,
): readonly Transition[] {
  const plans = [before, after].flatMap((each) => (each.kind === "entitled" ? [each.planId] : []));
  const about =
    subscriptions.find(
      ({ planId, terminal }) => !terminal && planId !== undefined && plans.includes(planId),
    ) ?? subscriptions[0];
  if (!about) return [];
  const { id, status, planId } = about;
  return [{ subscriptionId: id, from: status, to: status, planBefore: planId, planAfter: planId }];
}
