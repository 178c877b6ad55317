import type { Account } from "../account.ts";
import { itemList } from "../subscription-object.ts";
import { cancelSubscription } from "./cancel-subscription.ts";
import {
  changeSubscription,
  moveSubscription,
  pausedBecause,
  subscriptionOf,
} from "./change-subscription.ts";
import { draftInvoice } from "./draft-invoice.ts";
import { finalizeInvoice } from "./finalize-invoice.ts";
import { paymentMethodFor } from "./payment-method-for.ts";
import { startPeriod } from "./start-period.ts";

/** Seconds that a renewal's invoice stays a draft (https://docs.stripe.com/billing/invoices/subscription). */
const draftSeconds = 60 * 60;

/**
 * Begins the next period. Its invoice is a draft for an hour; one of an unpaid subscription stays a draft, and
 * a paused collection decides about its own.
 */
export function renewSubscription(account: Account, id: string): void {
  const { items, billing_cycle_anchor, status, pause_collection } = subscriptionOf(account, id);
  const start = items.data[0]?.current_period_end ?? 0;
  const next = startPeriod(items.data, start, billing_cycle_anchor);
  changeSubscription(account, id, { items: itemList(id, next) });
  const isAdvanced = status !== "unpaid" && pause_collection?.behavior !== "keep_as_draft";
  draftInvoice(account, {
    subscription: id,
    reason: "subscription_cycle",
    items: next,
    autoAdvance: isAdvanced,
    finalizesAt: isAdvanced ? start + draftSeconds : null,
  });
}

/** Ends a trial at its time: it renews, or does what `trial_settings` says when nothing can pay. */
export function endTrial(account: Account, id: string): void {
  const subscription = subscriptionOf(account, id);
  const { trial_settings, trial_end, test_clock } = subscription;
  const ending = trial_settings?.end_behavior.missing_payment_method;
  const canPay = subscription.collection_method === "send_invoice" || paymentMethodFor(account, subscription);
  if (!canPay && ending === "cancel") {
    cancelSubscription(account, id, "cancellation_requested", "trial_ended_cancel");
  } else if (!canPay && ending === "pause") {
    const now = trial_end ?? account.now(test_clock);
    moveSubscription(
      account,
      id,
      "trial_ended_pause",
      pausedBecause("trial_end_without_payment_method", now),
    );
  } else {
    moveSubscription(account, id, "trial_ended");
    renewSubscription(account, id);
  }
}

/** Ends a trial by request: the first real period begins now, and its invoice is tried at once. */
export function endTrialNow(account: Account, id: string): void {
  const { items, test_clock } = subscriptionOf(account, id);
  const now = account.now(test_clock);
  const next = startPeriod(items.data, now, now);
  account.subscriptions.patch(id, { items: itemList(id, next), billing_cycle_anchor: now, trial_end: now });
  const draft = draftInvoice(account, { subscription: id, reason: "subscription_cycle", items: next });
  finalizeInvoice(account, draft, true);
  // A failure has made it past due already.
  if (subscriptionOf(account, id).status === "trialing") moveSubscription(account, id, "trial_ended");
}
