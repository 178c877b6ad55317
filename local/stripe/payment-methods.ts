import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, listed, metadata, oneOf, parametersOf, text } from "./api/parameters.ts";
import { declined, invalid, missing, type StripeError } from "./api/stripe-error.ts";
import { cardTokens, type TestCard, testCards } from "./billing/test-cards.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { PaymentMethod } from "./stored.ts";

const noOne = { address: null, email: null, name: null, phone: null, tax_id: null };

function methodObject(account: Account, card: TestCard): PaymentMethod {
  const base = {
    id: account.newId("pm_"),
    object: "payment_method" as const,
    billing_details: noOne,
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: card.type,
  };
  if (card.type === "us_bank_account") return { ...base, us_bank_account: bankObject(card) };
  return { ...base, card: cardObject(card) };
}

const cardObject = ({ brand, last4 }: TestCard): NonNullable<PaymentMethod["card"]> => ({
  brand,
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
  country: "US",
  display_brand: brand,
  exp_month: 12,
  exp_year: 2040,
  fingerprint: `fake${last4}`,
  funding: "credit",
  generated_from: null,
  last4,
  networks: { available: [brand], preferred: null },
  regulated_status: "unregulated",
  three_d_secure_usage: { supported: true },
  wallet: null,
});

const bankObject = ({ brand, last4 }: TestCard): NonNullable<PaymentMethod["us_bank_account"]> => ({
  account_holder_type: "individual",
  account_type: "checking",
  bank_name: brand,
  financial_connections_account: null,
  fingerprint: `fake${last4}`,
  last4,
  networks: { preferred: "ach", supported: ["ach"] },
  routing_number: "110000000",
  status_details: null,
});

/** A payment method by its id, or a new one by a test token such as `pm_card_visa`. */
export function methodFor(account: Account, id: string, param = "payment_method"): PaymentMethod {
  const kept = account.paymentMethods.get(id);
  if (kept) return kept;
  const card = Object.hasOwn(testCards, id) ? testCards[id] : undefined;
  if (!card) throw missing("PaymentMethod", id, param, 400);
  const method = account.paymentMethods.put(methodObject(account, card));
  account.testCards.set(method.id, card);
  return method;
}

/** Attaches a payment method to a customer; some test cards are declined here already. */
export function attachMethod(account: Account, id: string, customer: string): PaymentMethod {
  const method = methodFor(account, id);
  const card = account.testCards.get(method.id);
  if (card?.refusedWhenAttached && card.outcome.kind === "declined") {
    throw declined(card.outcome.code, card.outcome.declineCode, card.outcome.message);
  }
  if (method.customer === customer) return method;
  if (method.customer !== null)
    throw invalid("The payment method is attached to another customer.", "customer");
  const attached = account.paymentMethods.put({ ...method, customer });
  emit(account, "payment_method.attached", attached);
  return attached;
}

export const unattached = (id: string): StripeError =>
  invalid(
    `The customer does not have a payment method with the ID ${id}. Attach it first.`,
    "payment_method",
    "resource_missing",
  );

const creation = parametersOf<Stripe.PaymentMethodCreateParams>()({
  ...expandable,
  type: oneOf("card"),
  card: v.strictObject({ token: text() }),
  metadata: v.optional(metadata()),
});

export const paymentMethodRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/payment_methods", creation, ({ account, parameters }) => {
    const token = cardTokens[parameters.card.token];
    if (token === undefined) throw missing("token", parameters.card.token, "card[token]", 400);
    return account.paymentMethods.put({ ...methodFor(account, token), metadata: parameters.metadata ?? {} });
  }),
  route(
    "GET",
    "/v1/payment_methods",
    v.strictObject({ ...listed, customer: text(), type: v.optional(oneOf("card", "us_bank_account")) }),
    ({ account, parameters }) =>
      pageOf(methodsOf(account, parameters.customer, parameters.type), parameters, "/v1/payment_methods"),
  ),
  route(
    "GET",
    "/v1/customers/{id}/payment_methods",
    v.strictObject({ ...listed, type: v.optional(oneOf("card", "us_bank_account")) }),
    ({ account, id, parameters }) => {
      foundIn(account.customers, "customer", id);
      return pageOf(
        methodsOf(account, id, parameters.type),
        parameters,
        `/v1/customers/${id}/payment_methods`,
      );
    },
  ),
  route("GET", "/v1/payment_methods/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.paymentMethods, "PaymentMethod", id),
  ),
  route(
    "POST",
    "/v1/payment_methods/{id}/attach",
    v.strictObject({ ...expandable, customer: text() }),
    ({ account, id, parameters }) => {
      foundIn(account.customers, "customer", parameters.customer, "customer");
      return attachMethod(account, id, parameters.customer);
    },
  ),
  route("POST", "/v1/payment_methods/{id}/detach", v.strictObject(expandable), ({ account, id }) => {
    const before = foundIn(account.paymentMethods, "PaymentMethod", id);
    if (before.customer === null) throw invalid("The payment method is not attached to a customer.");
    const customer = account.customers.get(before.customer);
    if (customer?.invoice_settings.default_payment_method === id) {
      const settings = { ...customer.invoice_settings, default_payment_method: null };
      account.customers.put({ ...customer, invoice_settings: settings });
    }
    const detached = account.paymentMethods.put({ ...before, customer: null });
    emit(account, "payment_method.detached", detached, before);
    return detached;
  }),
];

const methodsOf = (account: Account, customer: string, type: string | undefined) =>
  account.paymentMethods
    .newestFirst()
    .filter((method) => method.customer === customer && method.type === (type ?? method.type));
