import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import type { Invoice } from "../stored.ts";
import { subscriptionFor } from "./change-subscription.ts";
import { paymentOf } from "./payment-of.ts";
import { afterFailed, afterPaid, afterProcessing, afterUncollectible } from "./settle-subscription.ts";

const daySeconds = 24 * 60 * 60;

/** Marks an invoice as paid, tells it, and lets its subscription follow. */
export function settlePaid(
  account: Account,
  invoice: Invoice,
  { outOfBand, method }: { readonly outOfBand: boolean; readonly method?: string },
): Invoice {
  const now = account.now(invoice.test_clock);
  const payment = paymentOf(account, invoice.id);
  if (payment && !outOfBand) {
    const paid = account.invoicePayments.put({
      ...payment,
      status: "paid",
      amount_paid: invoice.amount_due,
      status_transitions: { ...payment.status_transitions, paid_at: now },
    });
    emit(account, "invoice_payment.paid", paid);
  }
  const paid = account.invoices.put({
    ...invoice,
    status: "paid",
    attempted: true,
    amount_paid: invoice.amount_due,
    ...(outOfBand && { amount_paid_off_stripe: invoice.amount_due }),
    amount_remaining: 0,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: now },
  });
  emit(account, "invoice.paid", paid);
  // Paid elsewhere is paid, but no payment succeeded.
  if (!outOfBand) emit(account, "invoice.payment_succeeded", paid);
  afterPaid(account, paid, method);
  return paid;
}

/**
 * A try that failed. Automatic ones are repeated after the days of the settings; a first invoice, one of a
 * pending update and one whose subscription has ended are not.
 */
export function settleFailed(account: Account, invoice: Invoice, automatic: boolean): void {
  const { status, id, pending_update } = subscriptionFor(account, invoice);
  const isRetried =
    invoice.billing_reason !== "subscription_create" &&
    pending_update === null &&
    status !== "canceled" &&
    invoice.auto_advance !== false;
  const tries = (account.retries.get(invoice.id) ?? 0) + (automatic ? 1 : 0);
  account.retries.set(invoice.id, tries);
  const days = isRetried ? account.settings.retryAfterDays[tries - 1] : undefined;
  const next = days === undefined ? null : account.now(invoice.test_clock) + days * daySeconds;
  const failed = account.invoices.put({
    ...invoice,
    next_payment_attempt: automatic || !isRetried ? next : invoice.next_payment_attempt,
  });
  emit(account, "invoice.payment_failed", failed);
  afterFailed(account, id, failed, isRetried && automatic && next === null);
}

export function settleProcessing(account: Account, invoice: Invoice): void {
  const { id } = account.invoices.put({ ...invoice, next_payment_attempt: null });
  afterProcessing(account, subscriptionFor(account, invoice).id, id);
}

/** Nobody expects the money any more; for the subscription it counts as paid. */
export function settleUncollectible(account: Account, invoice: Invoice): Invoice {
  const now = account.now(invoice.test_clock);
  const lost = account.invoices.put({
    ...invoice,
    status: "uncollectible",
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: now },
  });
  emit(account, "invoice.marked_uncollectible", lost);
  afterUncollectible(account, subscriptionFor(account, lost).id, lost.id);
  return lost;
}

/** Makes an open invoice void, with its payment intent. The subscription's status stays. */
export function settleVoid(account: Account, invoice: Invoice): Invoice {
  const now = account.now(invoice.test_clock);
  const intent = account.paymentIntents.get(paymentOf(account, invoice.id)?.payment.payment_intent ?? "");
  if (intent && intent.status !== "succeeded") {
    const canceled = account.paymentIntents.put({
      ...intent,
      status: "canceled",
      canceled_at: now,
      cancellation_reason: "void_invoice",
    });
    emit(account, "payment_intent.canceled", canceled);
  }
  const voided = account.invoices.put({
    ...invoice,
    status: "void",
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, voided_at: now },
  });
  emit(account, "invoice.voided", voided);
  return voided;
}
