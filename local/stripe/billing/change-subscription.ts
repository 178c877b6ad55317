import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import type { Invoice, Subscription } from "../stored.ts";
import { nextStatus, type Trigger } from "./subscription-states.ts";

/** Changes members of a subscription, and tells it by `customer.subscription.updated`. */
export function changeSubscription(
  account: Account,
  id: string,
  members: Partial<Subscription>,
): Subscription {
  const before = subscriptionOf(account, id);
  const after = account.subscriptions.put({ ...before, ...members });
  emit(account, "customer.subscription.updated", after, before);
  return after;
}

/**
 * Moves a subscription to the status that the table gives, and tells it: `deleted` for canceled, `paused` and
 * `resumed` beside `updated` (https://docs.stripe.com/billing/subscriptions/webhooks).
 */
export function moveSubscription(
  account: Account,
  id: string,
  trigger: Trigger,
  members: Partial<Subscription> = {},
): Subscription {
  const before = subscriptionOf(account, id);
  const status = nextStatus(before.status, trigger);
  const { status_details: reason, ...rest } = before;
  const after = account.subscriptions.put({
    ...rest,
    // Why it is paused is told only while it is.
    ...(reason && status === "paused" && { status_details: reason }),
    ...members,
    status,
  });
  if (status === "canceled") {
    emit(account, "customer.subscription.deleted", after);
    return after;
  }
  emit(account, "customer.subscription.updated", after, before);
  if (status === "paused") emit(account, "customer.subscription.paused", after);
  if (before.status === "paused") emit(account, "customer.subscription.resumed", after);
  return after;
}

/** Throws when there is none: ids from outside are looked up before. */
export function subscriptionOf(account: Account, id: string): Subscription {
  const subscription = account.subscriptions.get(id);
  if (!subscription) throw new Error(`the fake has no ${id}`);
  return subscription;
}

/** The subscription that an invoice belongs to. */
export function subscriptionFor(account: Account, invoice: Invoice): Subscription {
  return subscriptionOf(account, invoice.parent?.subscription_details?.subscription ?? "");
}

/** Why a subscription is paused, as `status_details` tells it. */
export const pausedBecause = (
  type:
    | "pause_requested"
    | "trial_end_without_payment_method"
    | "first_payment_failure"
    | "final_payment_failure",
  now: number,
): Pick<Subscription, "status_details"> => ({
  status_details: { paused: { subscription: { type }, transitioned_at: now, type: "subscription" } },
});
