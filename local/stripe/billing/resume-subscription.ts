import type { Account } from "../account.ts";
import type { Subscription } from "../stored.ts";
import { itemList } from "../subscription-object.ts";
import { attemptPayment } from "./attempt-payment.ts";
import { moveSubscription, subscriptionOf } from "./change-subscription.ts";
import { draftInvoice } from "./draft-invoice.ts";
import { finalizeInvoice } from "./finalize-invoice.ts";
import { startPeriod } from "./start-period.ts";

const day = 24 * 60 * 60;

/**
 * Resumes a paused subscription (https://docs.stripe.com/api/subscriptions/resume). In a period that is paid
 * for already it is active at once. Else a new period begins with an invoice, and the subscription stays
 * paused until that is paid or marked uncollectible: with `payNow` it is tried now and again, without it
 * waits to be paid, and a failure makes the subscription past due.
 */
export function resumeSubscription(
  account: Account,
  id: string,
  { anchor, payNow }: { readonly anchor: "now" | "unchanged"; readonly payNow: boolean },
): Subscription {
  const { items, test_clock } = subscriptionOf(account, id);
  const now = account.now(test_clock);
  const paidUntil = items.data[0]?.current_period_end ?? now;
  if (anchor === "unchanged" && paidUntil > now) return resumed(account, id);
  const next = startPeriod(items.data, now, now);
  account.subscriptions.patch(id, { items: itemList(id, next), billing_cycle_anchor: now });
  const draft = draftInvoice(account, {
    subscription: id,
    reason: "subscription_update",
    items: next,
    autoAdvance: payNow,
  });
  account.note(id, {
    resumption: { invoice: draft.id, expiresAt: payNow ? null : now + day, tryAgain: payNow },
  });
  const invoice = finalizeInvoice(account, draft, false);
  if (payNow && invoice.status === "open") attemptPayment(account, invoice.id, { automatic: true });
  return subscriptionOf(account, id);
}

/** Ends the pause when it is this invoice that it waited for, or when none has begun to end it. */
export function completeResumption(account: Account, id: string, invoice: string): void {
  if (account.notes.get(id)?.resumption?.invoice === invoice) resumed(account, id);
}

function resumed(account: Account, id: string): Subscription {
  const { resumption: _, ...notes } = account.notes.get(id) ?? {};
  account.notes.set(id, notes);
  return moveSubscription(account, id, "resumed");
}
