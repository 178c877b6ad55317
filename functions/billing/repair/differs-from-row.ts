import { isDeepStrictEqual } from "node:util";
import type { AccessPolicy } from "../access/access-policy.ts";
import type { KnownSubscription, Plans } from "../access/entitlement.ts";
import { isTerminal } from "../access/subscription-status.ts";
import {
  mostEnded,
  projectSubscriptions,
  type StripeSubscription,
} from "../projection/project-subscriptions.ts";

/**
 * Whether a refresh would change what a customer's row says of the subscription: its status, plan, price, periods or
 * end. So nothing that a refresh would leave as it is counts as a difference. `now` is epoch seconds.
 */
export function differsFromRow(
  known: readonly KnownSubscription[],
  subscription: StripeSubscription,
  plans: Plans,
  access: AccessPolicy,
  now: number,
): boolean {
  const was = known.find(({ id }) => id === subscription.id);
  // A row forgets ended subscriptions when it has many.
  const isForgotten = () => known.filter(({ terminal }) => terminal).length >= mostEnded;
  if (!was && isTerminal(subscription.status) && isForgotten()) return false;
  const { subscriptions } = projectSubscriptions(was ? [was] : [], [subscription], plans, access, now);
  return !isDeepStrictEqual(subscriptions, was ? [was] : []);
}
