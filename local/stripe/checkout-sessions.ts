import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  created,
  expandable,
  httpUrl,
  integer,
  listed,
  listOf,
  metadata,
  oneOf,
  parametersOf,
  text,
  timestamp,
} from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { checkoutSessionObject, lineItemObject } from "./checkout-session-object.ts";
import { defined } from "./defined.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { CheckoutSession } from "./stored.ts";
import { checkTogether, sellable } from "./subscription-items.ts";

const daySeconds = 24 * 60 * 60;

const creation = parametersOf<Stripe.Checkout.SessionCreateParams>()({
  ...expandable,
  cancel_url: v.optional(httpUrl()),
  client_reference_id: v.optional(text(200)),
  customer: v.optional(text()),
  customer_email: v.optional(text(512)),
  expires_at: v.optional(timestamp()),
  line_items: v.pipe(
    listOf(v.strictObject({ price: text(), quantity: v.optional(integer(1, 999_999), 1) }), 20),
    v.minLength(1),
  ),
  metadata: v.optional(metadata()),
  mode: oneOf("subscription"),
  payment_method_collection: v.optional(oneOf("always", "if_required"), "always"),
  allowed_payment_method_types: v.optional(listOf(oneOf("card", "us_bank_account"))),
  subscription_data: v.optional(
    v.strictObject({
      description: v.optional(text(500)),
      metadata: v.optional(metadata()),
      trial_end: v.optional(timestamp()),
      trial_period_days: v.optional(integer(1, 730)),
      trial_settings: v.optional(
        v.strictObject({
          end_behavior: v.strictObject({
            missing_payment_method: oneOf("cancel", "create_invoice", "pause"),
          }),
        }),
      ),
    }),
  ),
  success_url: httpUrl(),
  ui_mode: v.optional(oneOf("hosted_page")),
});

/** Makes a session whose page the customer pays on; it expires after 30 minutes to 24 hours. */
function createSession(account: Account, given: v.InferOutput<typeof creation>): CheckoutSession {
  if (given.customer !== undefined && given.customer_email !== undefined) {
    throw invalid("customer and customer_email exclude each other.", "customer_email");
  }
  if (given.customer !== undefined) foundIn(account.customers, "customer", given.customer, "customer");
  const items = given.line_items.map(({ price, quantity }, index) => ({
    price: sellable(account, price, `line_items[${index}][price]`),
    quantity,
  }));
  checkTogether(items.map(({ price }) => price));
  const now = given.customer === undefined ? account.now() : account.nowFor(given.customer);
  const expiresAt = given.expires_at ?? now + daySeconds;
  if (expiresAt < now + 30 * 60 || expiresAt > now + daySeconds) {
    throw invalid("expires_at must be 30 minutes to 24 hours after the session is made.", "expires_at");
  }
  const id = account.newId("cs_test_");
  const data = given.subscription_data;
  const isTrial = data?.trial_end !== undefined || data?.trial_period_days !== undefined;
  const due = items.reduce((sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * quantity, 0);
  const session = account.checkoutSessions.put(
    checkoutSessionObject({
      id,
      created: now,
      expiresAt,
      url: `${account.url}/c/pay/${id}`,
      currency: items[0]?.price.currency ?? "usd",
      amount: isTrial ? 0 : due,
      more: {
        ...defined({
          cancel_url: given.cancel_url,
          client_reference_id: given.client_reference_id,
          customer: given.customer,
          customer_email: given.customer_email,
          allowed_payment_method_types: given.allowed_payment_method_types,
        }),
        ...(given.customer !== undefined && { customer_creation: null }),
        metadata: mergeMetadata({}, given.metadata),
        payment_method_collection: given.payment_method_collection,
        success_url: given.success_url,
      },
    }),
  );
  account.lineItems.set(
    id,
    items.map(({ price, quantity }) =>
      lineItemObject(
        account.newId("li_"),
        price,
        quantity,
        account.products.get(price.product)?.name ?? price.product,
      ),
    ),
  );
  account.sessionPlans.set(id, {
    items: items.map(({ price, quantity }) => ({ price: price.id, quantity })),
    trialEnd: data?.trial_end,
    trialDays: data?.trial_period_days,
    missingPaymentMethod: data?.trial_settings?.end_behavior.missing_payment_method,
    metadata: mergeMetadata({}, data?.metadata),
    description: data?.description,
  });
  const testClock = given.customer === undefined ? null : account.testClockOf(given.customer);
  account.agenda.set(id, { testClock, at: expiresAt }, () => expireSession(account, id));
  return session;
}

function expireSession(account: Account, id: string): CheckoutSession {
  const session = foundIn(account.checkoutSessions, "checkout session", id);
  if (session.status !== "open") throw invalid(`Only an open session can expire; it is ${session.status}.`);
  account.agenda.clear(id);
  const expired = account.checkoutSessions.put({ ...session, status: "expired", url: null });
  emit(account, "checkout.session.expired", expired);
  return expired;
}

const path = "/v1/checkout/sessions";
const found = (account: Account, id: string) => foundIn(account.checkoutSessions, "checkout.session", id);

export const checkoutSessionRoutes: readonly ApiRoute[] = [
  route("POST", path, creation, ({ account, parameters }) => createSession(account, parameters)),
  route(
    "GET",
    path,
    v.strictObject({
      ...listed,
      created: v.optional(created()),
      customer: v.optional(text()),
      status: v.optional(oneOf("complete", "expired", "open")),
      subscription: v.optional(text()),
    }),
    ({ account, parameters }) => {
      const { customer, status, subscription } = parameters;
      const sessions = account.checkoutSessions
        .newestFirst()
        .filter(
          (session) =>
            session.customer === (customer ?? session.customer) &&
            session.status === (status ?? session.status) &&
            session.subscription === (subscription ?? session.subscription) &&
            isWithin(session.created, parameters.created),
        );
      return pageOf(sessions, parameters, path);
    },
  ),
  route("GET", `${path}/{id}`, v.strictObject(expandable), ({ account, id }) => found(account, id)),
  route("GET", `${path}/{id}/line_items`, v.strictObject(listed), ({ account, id, parameters }) => {
    found(account, id);
    return pageOf(account.lineItems.get(id) ?? [], parameters, `${path}/${id}/line_items`);
  }),
  route("POST", `${path}/{id}/expire`, v.strictObject(expandable), ({ account, id }) => {
    found(account, id);
    return expireSession(account, id);
  }),
];
