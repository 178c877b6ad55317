import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { created, expandable, flag, httpUrl, listed, oneOf, parametersOf, text } from "./api/parameters.ts";
import { declined, invalid } from "./api/stripe-error.ts";
import { attemptPayment, paid } from "./billing/attempt-payment.ts";
import { paymentOf } from "./billing/payment-of.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import { attachMethod } from "./payment-methods.ts";
import type { Invoice, PaymentIntent, PaymentMethod } from "./stored.ts";

const confirmation = parametersOf<Stripe.PaymentIntentConfirmParams>()({
  ...expandable,
  off_session: v.optional(flag()),
  payment_method: v.optional(text()),
  return_url: v.optional(httpUrl()),
  setup_future_usage: v.optional(oneOf("off_session", "on_session")),
  use_stripe_sdk: v.optional(flag()),
});

/** Pays an intent as its customer would in the app: with a method that it keeps. Throws 402 when it is declined. */
export function confirmIntent(account: Account, id: string, methodId: string | undefined): PaymentIntent {
  const intent = foundIn(account.paymentIntents, "payment_intent", id);
  if (intent.status !== "requires_payment_method" && intent.status !== "requires_action")
    throw unexpected(intent);
  const invoice = invoiceOf(account, intent);
  if (invoice.status !== "open") throw invalid(`The invoice of this payment is ${invoice.status}.`);
  const method = chosen(account, intent, methodId);
  const outcome = attemptPayment(account, invoice.id, { automatic: false, ...(method && { method }) });
  const after = foundIn(account.paymentIntents, "payment_intent", id);
  if (outcome.kind === "declined") throw declined(outcome.code, outcome.declineCode, outcome.message, after);
  return after;
}

function chosen(
  account: Account,
  intent: PaymentIntent,
  methodId: string | undefined,
): PaymentMethod | undefined {
  if (methodId === undefined) return account.paymentMethods.get(intent.payment_method ?? "");
  return attachMethod(account, methodId, intent.customer ?? "");
}

/** What the customer makes of an authentication that the bank asked for. */
export function authenticateIntent(account: Account, id: string, succeeds: boolean): PaymentIntent {
  const intent = foundIn(account.paymentIntents, "payment_intent", id);
  if (intent.status !== "requires_action") throw unexpected(intent);
  const invoice = invoiceOf(account, intent);
  const method = account.paymentMethods.get(intent.payment_method ?? "");
  if (succeeds && method) paid(account, invoice, intent, method);
  else
    attemptPayment(account, invoice.id, {
      automatic: false,
      outcome: notAuthenticated,
      ...(method && { method }),
    });
  return foundIn(account.paymentIntents, "payment_intent", id);
}

const notAuthenticated = {
  kind: "declined",
  code: "payment_intent_authentication_failure",
  message: "The customer did not authenticate the payment.",
} as const;

const invoiceOf = (account: Account, { id }: PaymentIntent): Invoice =>
  foundIn(account.invoices, "invoice", paymentOf(account, id)?.invoice ?? "");

const unexpected = ({ status }: PaymentIntent) =>
  invalid(`This payment intent's status is ${status}.`, undefined, "payment_intent_unexpected_state");

export const paymentIntentRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/payment_intents",
    v.strictObject({ ...listed, customer: v.optional(text()), created: v.optional(created()) }),
    ({ account, parameters }) => {
      const intents = account.paymentIntents
        .newestFirst()
        .filter(
          (one) =>
            one.customer === (parameters.customer ?? one.customer) &&
            isWithin(one.created, parameters.created),
        );
      return pageOf(intents, parameters, "/v1/payment_intents");
    },
  ),
  route(
    "GET",
    "/v1/payment_intents/{id}",
    v.strictObject({ ...expandable, client_secret: v.optional(text()) }),
    ({ account, id }) => foundIn(account.paymentIntents, "payment_intent", id),
  ),
  route("POST", "/v1/payment_intents/{id}/confirm", confirmation, ({ account, id, parameters }) =>
    confirmIntent(account, id, parameters.payment_method),
  ),
  route("POST", "/v1/payment_intents/{id}/cancel", v.strictObject(expandable), ({ account, id }) => {
    const intent = foundIn(account.paymentIntents, "payment_intent", id);
    if (paymentOf(account, id))
      throw invalid("A payment intent of an invoice cannot be canceled: void the invoice.");
    const canceled = account.paymentIntents.put({
      ...intent,
      status: "canceled",
      canceled_at: account.now(),
    });
    emit(account, "payment_intent.canceled", canceled);
    return canceled;
  }),
];
