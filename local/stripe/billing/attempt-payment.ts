import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import { chargeObject } from "../payment-objects.ts";
import type { Invoice, PaymentIntent, PaymentMethod } from "../stored.ts";
import { subscriptionFor } from "./change-subscription.ts";
import { followUp } from "./follow-up.ts";
import { outcomeOf, paymentMethodFor } from "./payment-method-for.ts";
import { paymentOf } from "./payment-of.ts";
import { settleFailed, settlePaid, settleProcessing } from "./settle-invoice.ts";
import type { Outcome } from "./test-cards.ts";

export interface Attempt {
  /** By Stripe's own schedule, as opposed to a request or a page. */
  readonly automatic: boolean;
  readonly method?: PaymentMethod;
  /** Decided already, by what asked first. */
  readonly outcome?: Outcome;
}

/**
 * Tries to collect an open invoice, and tells of charge, intent and invoice. Returns how it ended; without a
 * payment method it is declined.
 */
export function attemptPayment(account: Account, invoiceId: string, attempt: Attempt): Outcome {
  const invoice = account.invoices.get(invoiceId);
  const intent = account.paymentIntents.get(paymentOf(account, invoiceId)?.payment.payment_intent ?? "");
  if (!invoice || !intent) throw new Error(`the fake cannot collect ${invoiceId}`);
  const subscription = subscriptionFor(account, invoice);
  const method = attempt.method ?? paymentMethodFor(account, subscription);
  if (!method) return withoutMethod(account, invoice, attempt);
  const outcome = attempt.outcome ?? outcomeOf(account, subscription.customer, method);
  const tried = account.invoices.put({
    ...invoice,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
  });
  if (outcome.kind === "succeeded") paid(account, tried, intent, method);
  if (outcome.kind === "declined") declined(account, tried, intent, method, outcome, attempt);
  if (outcome.kind === "requires_action") actionRequired(account, tried, intent, method, attempt);
  if (outcome.kind === "processing") processing(account, tried, intent, method, outcome.settles);
  return outcome;
}

const noMethod: Outcome = {
  kind: "declined",
  code: "resource_missing",
  message: "This customer has no default payment method.",
};

function withoutMethod(account: Account, invoice: Invoice, attempt: Attempt): Outcome {
  const tried = account.invoices.put({
    ...invoice,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
  });
  settleFailed(account, tried, attempt.automatic);
  return noMethod;
}

/** Makes the charge succeed, and with it the intent and the invoice. */
export function paid(account: Account, invoice: Invoice, intent: PaymentIntent, method: PaymentMethod): void {
  const charge = account.charges.put(charged(account, intent, method, "succeeded"));
  emit(account, "charge.succeeded", charge);
  const succeeded = account.paymentIntents.put({
    ...intent,
    status: "succeeded",
    amount_received: intent.amount,
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
  });
  emit(account, "payment_intent.succeeded", succeeded);
  settlePaid(account, invoice, { outOfBand: false, method: method.id });
  followUp(account, charge, account.testCards.get(method.id));
}

function declined(
  account: Account,
  invoice: Invoice,
  intent: PaymentIntent,
  method: PaymentMethod,
  outcome: Extract<Outcome, { kind: "declined" }>,
  { automatic }: Attempt,
): void {
  const charge = account.charges.put({ ...charged(account, intent, method, "failed", outcome) });
  emit(account, "charge.failed", charge);
  const failed = account.paymentIntents.put({
    ...intent,
    status: "requires_payment_method",
    latest_charge: charge.id,
    payment_method: null,
    next_action: null,
    last_payment_error: {
      type: "card_error",
      charge: charge.id,
      code: outcome.code,
      ...(outcome.declineCode !== undefined && { decline_code: outcome.declineCode }),
      message: outcome.message,
    },
  });
  emit(account, "payment_intent.payment_failed", failed);
  settleFailed(account, invoice, automatic);
}

function actionRequired(
  account: Account,
  invoice: Invoice,
  intent: PaymentIntent,
  method: PaymentMethod,
  { automatic }: Attempt,
): void {
  const waiting = account.paymentIntents.put({
    ...intent,
    status: "requires_action",
    payment_method: method.id,
    next_action: { type: "use_stripe_sdk", use_stripe_sdk: {} },
  });
  emit(account, "payment_intent.requires_action", waiting);
  emit(account, "invoice.payment_action_required", invoice);
  settleFailed(account, invoice, automatic);
}

const fourDays = 4 * 24 * 60 * 60;

/** A bank debit: it counts as good until the bank says otherwise, days later. */
function processing(
  account: Account,
  invoice: Invoice,
  intent: PaymentIntent,
  method: PaymentMethod,
  settles: "succeeded" | "failed",
): void {
  const waiting = account.paymentIntents.put({ ...intent, status: "processing", payment_method: method.id });
  emit(account, "payment_intent.processing", waiting);
  settleProcessing(account, invoice);
  const at = account.now(invoice.test_clock) + fourDays;
  account.agenda.set(`settle ${intent.id}`, { testClock: invoice.test_clock, at }, () => {
    const now = account.invoices.get(invoice.id);
    const then = account.paymentIntents.get(intent.id);
    if (!now || then?.status !== "processing") return;
    if (settles === "succeeded") paid(account, now, then, method);
    else declined(account, now, then, method, bankRefusal, { automatic: true });
  });
}

const bankRefusal = {
  kind: "declined",
  code: "payment_method_provider_decline",
  declineCode: "insufficient_funds",
  message: "The bank account could not be debited.",
} as const;

const charged = (
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  status: "succeeded" | "failed",
  refusal?: Extract<Outcome, { kind: "declined" }>,
) =>
  chargeObject({
    id: account.newId("ch_"),
    intent,
    method,
    created: intent.customer === null ? account.now() : account.nowFor(intent.customer),
    status,
    ...(refusal && { declined: refusal }),
  });
