import type { Account } from "../account.ts";
import type { Subscription } from "../stored.ts";
import { moveSubscription, subscriptionOf } from "./change-subscription.ts";
import { stopCollection } from "./stop-collection.ts";
import type { Trigger } from "./subscription-states.ts";

type Reason = "cancellation_requested" | "payment_failed" | "payment_disputed";

/**
 * Ends a subscription now. Its open invoices stay, but nothing collects them any more
 * (https://docs.stripe.com/billing/subscriptions/cancel).
 */
export function cancelSubscription(
  account: Account,
  id: string,
  reason: Reason,
  trigger: Trigger = "cancel",
  details: Partial<NonNullable<Subscription["cancellation_details"]>> = {},
): Subscription {
  const before = subscriptionOf(account, id);
  const now = account.now(before.test_clock);
  const { comment = null, feedback = null, feedback_option = null } = before.cancellation_details ?? {};
  stopCollection(account, id);
  return moveSubscription(account, id, trigger, {
    canceled_at: before.canceled_at ?? now,
    ended_at: now,
    pending_update: null,
    cancellation_details: { comment, feedback, feedback_option, ...details, reason },
  });
}
