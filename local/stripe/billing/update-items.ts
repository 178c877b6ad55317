import type { Account } from "../account.ts";
import type { Invoice, Subscription, SubscriptionItem } from "../stored.ts";
import { itemList } from "../subscription-object.ts";
import { attemptPayment } from "./attempt-payment.ts";
import { changeSubscription, moveSubscription, subscriptionOf } from "./change-subscription.ts";
import { refuseUnlessGood } from "./create-subscription.ts";
import { amountOf, draftInvoice } from "./draft-invoice.ts";
import { finalizeInvoice } from "./finalize-invoice.ts";
import { outcomeOf, paymentMethodFor } from "./payment-method-for.ts";
import { startPeriod } from "./start-period.ts";
import type { Outcome } from "./test-cards.ts";

export interface ItemsUpdate {
  readonly items: SubscriptionItem[];
  readonly prorationBehavior: "create_prorations" | "always_invoice" | "none";
  readonly paymentBehavior:
    | "allow_incomplete"
    | "default_incomplete"
    | "error_if_incomplete"
    | "pending_if_incomplete";
  readonly resetAnchor: boolean;
  readonly more: Partial<Subscription>;
}

const twentyThreeHours = 23 * 60 * 60;

/**
 * Gives a subscription other items (https://docs.stripe.com/billing/subscriptions/change-price). A new interval
 * begins a new period, invoiced in full. Within an interval only `always_invoice` makes an invoice: of the whole
 * difference, since the fake knows no prorations. The payment behavior decides what a failure does.
 */
export function updateItems(account: Account, id: string, update: ItemsUpdate): Subscription {
  const before = subscriptionOf(account, id);
  const now = account.now(before.test_clock);
  const isNewCycle =
    before.status !== "trialing" &&
    (update.resetAnchor || cycleOf(before.items.data) !== cycleOf(update.items));
  const items = isNewCycle ? startPeriod(update.items, now, now) : update.items;
  const amount = isNewCycle ? amountOf(items) : amountOf(items) - amountOf(before.items.data);
  const isInvoiced =
    isNewCycle || (update.prorationBehavior === "always_invoice" && before.status !== "trialing");
  const applied = {
    ...update.more,
    items: itemList(id, items),
    ...(isNewCycle && { billing_cycle_anchor: now }),
  };
  if (!isInvoiced || amount <= 0) return changeSubscription(account, id, applied);
  const method = paymentMethodFor(account, before);
  const outcome =
    method && update.paymentBehavior !== "default_incomplete"
      ? outcomeOf(account, before.customer, method)
      : undefined;
  if (update.paymentBehavior === "error_if_incomplete") refuseUnlessGood(outcome ?? withoutMethod);
  if (update.paymentBehavior === "pending_if_incomplete")
    return updateWhenPaid(account, before, items, amount, update, outcome);
  changeSubscription(account, id, applied);
  const invoice = invoiceNow(account, id, items, amount);
  if (invoice.status !== "open") return subscriptionOf(account, id);
  if (outcome) attemptPayment(account, invoice.id, { automatic: true, outcome });
  else if (before.status === "active") moveSubscription(account, id, "payment_awaited");
  return subscriptionOf(account, id);
}

/** Applies the items only once their invoice is paid (https://docs.stripe.com/billing/subscriptions/pending-updates). */
function updateWhenPaid(
  account: Account,
  { id, test_clock }: Subscription,
  items: SubscriptionItem[],
  amount: number,
  { more }: ItemsUpdate,
  outcome: Outcome | undefined,
): Subscription {
  if (Object.keys(more).length > 0) account.subscriptions.patch(id, more);
  const draft = draftInvoice(account, {
    subscription: id,
    reason: "subscription_update",
    items,
    amount,
    autoAdvance: false,
  });
  account.note(id, { pendingUpdate: { invoice: draft.id, items } });
  const invoice = finalizeInvoice(account, draft, false);
  if (invoice.status === "open" && outcome)
    attemptPayment(account, invoice.id, { automatic: false, outcome });
  if (account.notes.get(id)?.pendingUpdate === undefined) return subscriptionOf(account, id);
  return changeSubscription(account, id, {
    pending_update: {
      billing_cycle_anchor: null,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      expires_at: account.now(test_clock) + twentyThreeHours,
      metadata: null,
      subscription_items: items,
      trial_end: null,
      trial_from_plan: null,
    },
  });
}

function invoiceNow(
  account: Account,
  subscription: string,
  items: SubscriptionItem[],
  amount: number,
): Invoice {
  const draft = draftInvoice(account, { subscription, reason: "subscription_update", items, amount });
  return finalizeInvoice(account, draft, false);
}

const cycleOf = (items: readonly SubscriptionItem[]) =>
  `${items[0]?.price.recurring?.interval} ${items[0]?.price.recurring?.interval_count}`;

const withoutMethod: Outcome = {
  kind: "declined",
  code: "resource_missing",
  message: "This customer has no default payment method.",
};
