import type { Account } from "../account.ts";
import { declined, invalid } from "../api/stripe-error.ts";
import { emit } from "../event-log.ts";
import { setupIntentObject } from "../setup-intent-object.ts";
import type { PaymentMethod, Price, Subscription } from "../stored.ts";
import { subscriptionItem, subscriptionObject } from "../subscription-object.ts";
import { attemptPayment } from "./attempt-payment.ts";
import { subscriptionOf } from "./change-subscription.ts";
import { amountOf, draftInvoice } from "./draft-invoice.ts";
import { finalizeInvoice } from "./finalize-invoice.ts";
import { outcomeOf, paymentMethodFor } from "./payment-method-for.ts";
import { periodEnd } from "./period.ts";
import { nextStatus, type Trigger } from "./subscription-states.ts";
import type { Outcome } from "./test-cards.ts";

export interface NewSubscription {
  readonly customer: string;
  readonly items: readonly {
    readonly price: Price;
    readonly quantity: number;
    readonly metadata?: { [name: string]: string };
  }[];
  readonly behavior: "default_incomplete" | "allow_incomplete" | "error_if_incomplete";
  readonly trialEnd: number | undefined;
  readonly metadata: { [name: string]: string };
  readonly more: Partial<Subscription>;
  /** What pays the first invoice, when that is chosen on a page. */
  readonly method?: PaymentMethod;
  readonly outcome?: Outcome;
}

/**
 * Creates a subscription with its first invoice (https://docs.stripe.com/api/subscriptions/create). Throws 402
 * and creates nothing when `error_if_incomplete` could not be paid, and 400 without a way to pay when one is
 * needed at once.
 */
export function createSubscription(account: Account, wanted: NewSubscription): Subscription {
  const testClock = account.testClockOf(wanted.customer);
  const now = account.now(testClock);
  const id = account.newId("sub_");
  const isTrial = wanted.trialEnd !== undefined;
  const anchor = wanted.trialEnd ?? now;
  const items = wanted.items.map(({ price, quantity, metadata }) =>
    subscriptionItem({
      id: account.newId("si_"),
      subscription: id,
      created: now,
      price,
      quantity,
      start: now,
      end: wanted.trialEnd ?? periodEnd(now, price.recurring ?? monthly),
      ...(metadata && { metadata }),
    }),
  );
  const isSent = wanted.more.collection_method === "send_invoice";
  const isDue = !isTrial && !isSent && amountOf(items) > 0;
  const outcome = isDue ? firstOutcome(account, wanted) : undefined;
  const trigger: Trigger = isTrial ? "trial_set" : isDue ? "first_payment_open" : "first_invoice_settled";
  const isGoodAtOnce = outcome !== undefined && isGood(outcome.outcome) && !wanted.method;
  const created = account.subscriptions.put(
    subscriptionObject({
      id,
      customer: wanted.customer,
      // By the API, a payment that succeeds at once was never incomplete to anybody; on a page it was.
      status: nextStatus("new", isGoodAtOnce ? "first_invoice_settled" : trigger),
      created: now,
      anchor,
      currency: wanted.items[0]?.price.currency ?? "usd",
      items,
      testClock,
      metadata: wanted.metadata,
      more: {
        ...wanted.more,
        ...(wanted.trialEnd !== undefined && { trial_start: now, trial_end: wanted.trialEnd }),
        ...(!isDue && !isSent && { pending_setup_intent: setupFor(account, wanted) }),
      },
    }),
  );
  emit(account, "customer.subscription.created", created);
  const draft = draftInvoice(account, {
    subscription: id,
    reason: "subscription_create",
    items,
    isTrial,
    autoAdvance: false,
  });
  const invoice = finalizeInvoice(account, draft, false);
  if (outcome && invoice.status === "open")
    attemptPayment(account, invoice.id, { automatic: false, ...outcome });
  return subscriptionOf(account, id);
}

/**
 * What keeps a payment method where nothing is to be paid yet
 * (https://docs.stripe.com/payments/accept-a-payment-deferred?type=subscription).
 */
function setupFor(account: Account, { customer, behavior, more }: NewSubscription): string | null {
  const paying = { customer, default_payment_method: more.default_payment_method ?? null };
  if (behavior !== "default_incomplete" || paymentMethodFor(account, paying)) return null;
  const id = account.newId("seti_");
  const secret = `${id}_secret_${account.newId("")}`;
  const created = account.now(account.testClockOf(customer));
  const intent = account.setupIntents.put(setupIntentObject({ id, secret, customer, created }));
  emit(account, "setup_intent.created", intent);
  return id;
}

const monthly = { interval: "month", interval_count: 1 };
const isGood = ({ kind }: Outcome) => kind === "succeeded" || kind === "processing";

/** How the first payment will end, and with what; undefined when it waits for a confirmation. */
function firstOutcome(
  account: Account,
  { customer, behavior, more, method: chosen, outcome: decided }: NewSubscription,
): { readonly outcome: Outcome; readonly method: PaymentMethod } | undefined {
  if (behavior === "default_incomplete") return undefined;
  const paying = { customer, default_payment_method: more.default_payment_method ?? null };
  const method = chosen ?? paymentMethodFor(account, paying);
  if (!method) {
    throw invalid(
      "This customer has no default payment method. Attach one, or create the subscription with payment_behavior default_incomplete.",
      undefined,
      "resource_missing",
    );
  }
  const outcome = decided ?? outcomeOf(account, customer, method);
  if (behavior === "error_if_incomplete") refuseUnlessGood(outcome);
  return { outcome, method };
}

/** Throws 402 for a payment that does not go through now. */
export function refuseUnlessGood(outcome: Outcome): void {
  if (outcome.kind === "declined") throw declined(outcome.code, outcome.declineCode, outcome.message);
  if (outcome.kind === "requires_action") {
    throw declined(
      "subscription_payment_intent_requires_action",
      undefined,
      "The payment needs the customer's authentication.",
    );
  }
}
