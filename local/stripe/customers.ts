import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  address,
  created,
  emptyable,
  expandable,
  flag,
  listed,
  listOf,
  metadata,
  oneOf,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { cancelSubscription } from "./billing/cancel-subscription.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { defined } from "./defined.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import { attachMethod, unattached } from "./payment-methods.ts";
import type { Customer } from "./stored.ts";
import { addTaxId, newTaxId } from "./tax-ids.ts";

const email = () => v.pipe(text(512), v.regex(/^[^\s@]+@[^\s@]+$/, "expected an e-mail address"));
const members = {
  ...expandable,
  address: v.optional(emptyable(address())),
  description: v.optional(emptyable(text(350))),
  email: v.optional(emptyable(email())),
  invoice_settings: v.optional(v.strictObject({ default_payment_method: v.optional(emptyable(text())) })),
  metadata: v.optional(metadata()),
  name: v.optional(emptyable(text(256))),
  phone: v.optional(emptyable(text(20))),
  preferred_locales: v.optional(v.array(text(20))),
  tax_exempt: v.optional(emptyable(oneOf("none", "exempt", "reverse"))),
};
const creation = parametersOf<Stripe.CustomerCreateParams>()({
  ...members,
  payment_method: v.optional(text()),
  tax_id_data: v.optional(listOf(newTaxId, 5)),
  test_clock: v.optional(text()),
});
const update = parametersOf<Stripe.CustomerUpdateParams>()({ ...members, validate: v.optional(flag()) });
type Members = v.InferOutput<typeof update>;

/** Makes a customer and tells it. */
export function createCustomer(account: Account, given: v.InferOutput<typeof creation>): Customer {
  const clock = given.test_clock;
  if (clock !== undefined) foundIn(account.testClocks, "test clock", clock, "test_clock");
  const id = account.newId("cus_");
  account.customers.put(customerObject(id, account.now(clock ?? null), clock ?? null));
  const { tax_id_data = [], payment_method, test_clock: _, ...rest } = given;
  let customer: Customer;
  try {
    if (payment_method !== undefined) attachMethod(account, payment_method, id);
    customer = account.customers.put(changed(account, id, rest));
    for (const taxId of tax_id_data) addTaxId(account, id, taxId);
  } catch (refusal) {
    account.customers.delete(id);
    throw refusal;
  }
  emit(account, "customer.created", customer);
  return customer;
}

const customerObject = (id: string, now: number, testClock: string | null): Customer => ({
  id,
  object: "customer",
  address: null,
  balance: 0,
  created: now,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: id.slice(-8).toUpperCase(),
  invoice_settings: {
    custom_fields: null,
    default_payment_method: null,
    footer: null,
    rendering_options: null,
  },
  livemode: false,
  metadata: {},
  name: null,
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: "none",
  test_clock: testClock,
});

function changed(account: Account, id: string, given: Members): Customer {
  const customer = foundIn(account.customers, "customer", id);
  const { invoice_settings, address: place, metadata: data, expand: _, validate: __, ...plain } = given;
  const method = invoice_settings?.default_payment_method;
  if (method) {
    const { customer: owner } = foundIn(
      account.paymentMethods,
      "PaymentMethod",
      method,
      "invoice_settings[default_payment_method]",
    );
    if (owner !== id) throw unattached(method);
  }
  return {
    ...customer,
    ...defined(plain),
    ...(place !== undefined && { address: place && { ...noAddress, ...defined(place) } }),
    ...(method !== undefined && {
      invoice_settings: { ...customer.invoice_settings, default_payment_method: method },
    }),
    metadata: mergeMetadata(customer.metadata, data),
  };
}

const noAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

function deleteCustomer(account: Account, id: string): object {
  const customer = foundIn(account.customers, "customer", id);
  for (const subscription of account.subscriptions.newestFirst()) {
    if (subscription.customer !== id || isTerminal(subscription)) continue;
    cancelSubscription(account, subscription.id, "cancellation_requested");
  }
  account.customers.delete(id);
  account.deleted.set(id, "customer");
  emit(account, "customer.deleted", customer);
  return { id, object: "customer", deleted: true };
}

export const customerRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/customers", creation, ({ account, parameters }) => createCustomer(account, parameters)),
  route(
    "GET",
    "/v1/customers",
    v.strictObject({
      ...listed,
      email: v.optional(text(512)),
      created: v.optional(created()),
      test_clock: v.optional(text()),
    }),
    ({ account, parameters: { email: wanted, test_clock = null, ...rest } }) => {
      // Customers of a test clock are listed only with it.
      const customers = account.customers
        .newestFirst()
        .filter(
          (one) =>
            one.test_clock === test_clock &&
            one.email === (wanted ?? one.email) &&
            isWithin(one.created, rest.created),
        );
      return pageOf(customers, rest, "/v1/customers");
    },
  ),
  // A deleted customer can still be read, as deleted.
  route("GET", "/v1/customers/{id}", v.strictObject(expandable), ({ account, id }) =>
    account.deleted.has(id)
      ? { id, object: "customer", deleted: true }
      : foundIn(account.customers, "customer", id),
  ),
  route("POST", "/v1/customers/{id}", update, ({ account, id, parameters }) => {
    const before = foundIn(account.customers, "customer", id);
    const after = account.customers.put(changed(account, id, parameters));
    emit(account, "customer.updated", after, before);
    return after;
  }),
  route("DELETE", "/v1/customers/{id}", v.strictObject(expandable), ({ account, id }) =>
    deleteCustomer(account, id),
  ),
];
