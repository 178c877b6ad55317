import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import { invoicePaymentObject, paymentIntentObject } from "../payment-objects.ts";
import type { Invoice } from "../stored.ts";
import { attemptPayment } from "./attempt-payment.ts";
import { subscriptionFor } from "./change-subscription.ts";
import { settlePaid } from "./settle-invoice.ts";

const daySeconds = 24 * 60 * 60;

/**
 * Opens a draft (https://docs.stripe.com/invoicing/integration/workflow-transitions): an invoice of nothing
 * is paid at once, one that is sent gets a due date, and the others are tried if `attempt` says so.
 */
export function finalizeInvoice(account: Account, draft: Invoice, attempt: boolean): Invoice {
  const now = account.now(draft.test_clock);
  const subscription = subscriptionFor(account, draft);
  if (account.paymentPlan.take(subscription.customer, "finalization"))
    return failFinalization(account, draft);
  const isSent = draft.collection_method === "send_invoice";
  account.lastInvoiceNumber += 1;
  const open = account.invoices.put({
    ...draft,
    status: "open",
    number: `FAKE-${String(account.lastInvoiceNumber).padStart(4, "0")}`,
    automatically_finalizes_at: null,
    effective_at: now,
    ending_balance: 0,
    due_date: isSent ? now + (subscription.days_until_due ?? 30) * daySeconds : null,
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  });
  if (open.amount_due > 0) makeIntent(account, open);
  emit(account, "invoice.finalized", open);
  if (open.amount_due === 0) return settlePaid(account, open, { outOfBand: false });
  if (isSent) emit(account, "invoice.sent", open);
  else if (attempt) attemptPayment(account, open.id, { automatic: true });
  return account.invoices.get(open.id) ?? open;
}

/** The subscription stays as it is, and nothing is collected: Stripe waits for a person. */
function failFinalization(account: Account, draft: Invoice): Invoice {
  const failed = account.invoices.put({
    ...draft,
    auto_advance: false,
    automatically_finalizes_at: null,
    last_finalization_error: {
      code: "customer_tax_location_invalid",
      message: "The invoice could not be finalized.",
      type: "invalid_request_error",
    },
  });
  emit(account, "invoice.finalization_failed", failed);
  return failed;
}

function makeIntent(account: Account, invoice: Invoice): void {
  const id = account.newId("pi_");
  const created = account.now(invoice.test_clock);
  const secret = `${id}_secret_${account.newId("")}`;
  const intent = account.paymentIntents.put(paymentIntentObject({ id, secret, invoice, created }));
  account.invoicePayments.put(invoicePaymentObject(account.newId("inpay_"), invoice, intent));
  emit(account, "payment_intent.created", intent);
}
