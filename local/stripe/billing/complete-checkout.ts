import type { Account } from "../account.ts";
import { createCustomer } from "../customers.ts";
import { emit } from "../event-log.ts";
import { attachMethod, methodFor } from "../payment-methods.ts";
import type { CheckoutSession, PaymentMethod, Price } from "../stored.ts";
import { createSubscription } from "./create-subscription.ts";
import { outcomeOf } from "./payment-method-for.ts";
import type { Outcome } from "./test-cards.ts";

export type CheckoutResult =
  | { readonly kind: "completed"; readonly session: CheckoutSession }
  | { readonly kind: "declined"; readonly message: string };

const daySeconds = 24 * 60 * 60;

/**
 * Pays an open session with a test method, as its page does. A card that is declined leaves the session open
 * and makes no subscription. `authenticates`: what the customer makes of an authentication, if one is asked for.
 */
export function completeCheckout(
  account: Account,
  session: CheckoutSession,
  {
    token,
    email,
    authenticates,
  }: { readonly token: string; readonly email: string; readonly authenticates: boolean },
): CheckoutResult {
  const plan = account.sessionPlans.get(session.id);
  if (!plan) throw new Error(`the fake has no plan of ${session.id}`);
  const found = methodFor(account, token);
  const asked = outcomeOf(account, session.customer ?? "", found);
  const outcome = asked.kind === "requires_action" ? authenticated(authenticates) : asked;
  if (outcome.kind === "declined") return { kind: "declined", message: outcome.message };
  const customer = session.customer ?? createCustomer(account, { email }).id;
  const method = attachMethod(account, found.id, customer);
  const now = account.nowFor(customer);
  const trialEnd =
    plan.trialEnd ?? (plan.trialDays === undefined ? undefined : now + plan.trialDays * daySeconds);
  const subscription = createSubscription(account, {
    customer,
    items: plan.items.map(({ price, quantity }) => ({ price: priceOf(account, price), quantity })),
    behavior: "allow_incomplete",
    trialEnd,
    metadata: plan.metadata,
    method,
    outcome,
    more: {
      default_payment_method: method.id,
      description: plan.description ?? null,
      ...(plan.missingPaymentMethod && {
        trial_settings: {
          end_behavior: { billing_cycle_anchor: null, missing_payment_method: plan.missingPaymentMethod },
        },
      }),
    },
  });
  const completed = account.checkoutSessions.put({
    ...session,
    customer,
    customer_details: details(account, customer, method),
    invoice: subscription.latest_invoice,
    payment_status: paymentStatus(outcome, session),
    status: "complete",
    subscription: subscription.id,
    url: null,
  });
  account.agenda.clear(session.id);
  emit(account, "checkout.session.completed", completed);
  if (outcome.kind === "processing") tellLater(account, completed);
  return { kind: "completed", session: completed };
}

const authenticated = (succeeds: boolean): Outcome =>
  succeeds
    ? { kind: "succeeded" }
    : {
        kind: "declined",
        code: "payment_intent_authentication_failure",
        message: "The authentication failed.",
      };

function priceOf(account: Account, id: string): Price {
  const price = account.prices.get(id);
  if (!price) throw new Error(`the fake has no ${id}`);
  return price;
}

const paymentStatus = (outcome: Outcome, { amount_total }: CheckoutSession) =>
  amount_total === 0 ? "no_payment_required" : outcome.kind === "processing" ? "unpaid" : "paid";

function details(account: Account, id: string, method: PaymentMethod): CheckoutSession["customer_details"] {
  const customer = account.customers.get(id);
  return {
    address: customer?.address ?? null,
    business_name: null,
    email: customer?.email ?? null,
    individual_name: null,
    name: customer?.name ?? method.billing_details.name,
    phone: customer?.phone ?? null,
    tax_exempt: "none",
    tax_ids: [],
  };
}

/** How a bank debit ended (https://docs.stripe.com/payments/checkout/fulfill-orders). */
function tellLater(account: Account, session: CheckoutSession): void {
  const customer = session.customer ?? "";
  const moment = {
    testClock: account.testClockOf(customer),
    at: account.nowFor(customer) + 4 * daySeconds + 1,
  };
  account.agenda.set(`${session.id} async`, moment, () => {
    const isPaid = account.invoices.get(session.invoice ?? "")?.status === "paid";
    const after = account.checkoutSessions.put({ ...session, payment_status: isPaid ? "paid" : "unpaid" });
    emit(account, `checkout.session.async_payment_${isPaid ? "succeeded" : "failed"}`, after);
  });
}
