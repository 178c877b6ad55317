import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import type { Invoice } from "../stored.ts";
import { itemList } from "../subscription-object.ts";
import { cancelSubscription } from "./cancel-subscription.ts";
import {
  changeSubscription,
  moveSubscription,
  pausedBecause,
  subscriptionFor,
  subscriptionOf,
} from "./change-subscription.ts";
import { completeResumption } from "./resume-subscription.ts";
import { isTerminal } from "./subscription-states.ts";

/** What a paid invoice does to its subscription. */
export function afterPaid(account: Account, invoice: Invoice, method: string | undefined): void {
  const subscription = subscriptionFor(account, invoice);
  const { id, status, latest_invoice } = subscription;
  if (isTerminal(subscription)) return;
  if (
    method !== undefined &&
    subscription.payment_settings?.save_default_payment_method === "on_subscription"
  ) {
    account.subscriptions.patch(id, { default_payment_method: method });
  }
  if (account.notes.get(id)?.pendingUpdate?.invoice === invoice.id) applyPendingUpdate(account, id);
  if (status === "incomplete") moveSubscription(account, id, "first_invoice_paid");
  const isLatest = latest_invoice === invoice.id;
  if ((status === "past_due" || status === "unpaid") && isLatest)
    moveSubscription(account, id, "latest_invoice_paid");
  if (status === "paused") completeResumption(account, id, invoice.id);
}

/** The newest invoice marked uncollectible counts for the subscription as paid does. */
export function afterUncollectible(account: Account, id: string, invoice: string): void {
  const { status, latest_invoice } = subscriptionOf(account, id);
  if (latest_invoice !== invoice) return;
  if (status === "past_due" || status === "unpaid")
    moveSubscription(account, id, "latest_invoice_uncollectible");
  if (status === "paused") completeResumption(account, id, invoice);
}

/** A bank debit is under way: a first invoice counts as paid for now. */
export function afterProcessing(account: Account, id: string, invoice: string): void {
  const { status, latest_invoice } = subscriptionOf(account, id);
  if (status === "incomplete" && latest_invoice === invoice)
    moveSubscription(account, id, "first_invoice_paid");
}

/** What a failed try does. `exhausted`: Stripe will not try again by itself. */
export function afterFailed(account: Account, id: string, invoice: Invoice, exhausted: boolean): void {
  const { status, pending_update } = subscriptionOf(account, id);
  const notes = account.notes.get(id);
  const isForLater = pending_update !== null || notes?.pendingUpdate?.invoice === invoice.id;
  // A first invoice that fails days later, as bank debits do, leaves the subscription active.
  const isFirst = invoice.billing_reason === "subscription_create";
  if (status === "paused" && notes?.resumption?.invoice === invoice.id && !notes.resumption.tryAgain) {
    moveSubscription(account, id, "resumption_payment_failed");
    return;
  }
  if (isForLater || isFirst) return;
  if (status === "active" || status === "trialing") {
    moveSubscription(account, id, "payment_failed");
    if (account.settings.pauseAfterFirstFailure) pauseAfterFailure(account, id, "first_payment_failure");
  }
  if (exhausted && subscriptionOf(account, id).status === "past_due") giveUp(account, id);
}

function giveUp(account: Account, id: string): void {
  const { afterLastRetry } = account.settings;
  if (afterLastRetry === "unpaid") moveSubscription(account, id, "retries_exhausted_unpaid");
  if (afterLastRetry === "cancel")
    cancelSubscription(account, id, "payment_failed", "retries_exhausted_cancel");
  if (afterLastRetry !== "pause") return;
  if (isPausable(account, id)) pauseAfterFailure(account, id, "final_payment_failure");
  else cancelSubscription(account, id, "payment_failed", "retries_exhausted_cancel");
}

function pauseAfterFailure(
  account: Account,
  id: string,
  type: "first_payment_failure" | "final_payment_failure",
) {
  if (!isPausable(account, id)) return;
  const now = account.now(subscriptionOf(account, id).test_clock);
  moveSubscription(account, id, "payment_failure_pause", pausedBecause(type, now));
}

const isPausable = (account: Account, id: string) =>
  subscriptionOf(account, id).billing_mode.type === "flexible";

function applyPendingUpdate(account: Account, id: string): void {
  const { pendingUpdate, ...notes } = account.notes.get(id) ?? {};
  if (!pendingUpdate) return;
  account.notes.set(id, notes);
  const wasPending = subscriptionOf(account, id).pending_update !== null;
  const items = itemList(id, pendingUpdate.items);
  const applied = changeSubscription(account, id, { items, pending_update: null });
  if (wasPending) emit(account, "customer.subscription.pending_update_applied", applied);
}
