// One suite for the fake and for Stripe's test mode: `STRIPE_TEST_KEY=sk_test_… npm test -- tests/contracts`.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { type StripeAtHand, stripeAtHand } from "./stripe-at-hand.ts";

const patience = 120_000;
const day = 24 * 60 * 60;
let hand: StripeAtHand;
let stripe: Stripe;
let clock: Stripe.TestHelpers.TestClock;
let price: Stripe.Price;
let dearer: Stripe.Price;

beforeAll(async () => {
  hand = await stripeAtHand();
  stripe = hand.stripe;
  clock = await stripe.testHelpers.testClocks.create({
    frozen_time: Math.floor(Date.now() / 1_000),
    name: "contract",
  });
  const product = await stripe.products.create({ name: "Contract" });
  const create = (unit_amount: number) =>
    stripe.prices.create({
      product: product.id,
      currency: "usd",
      unit_amount,
      recurring: { interval: "month" },
    });
  price = await create(2_000);
  dearer = await create(5_000);
}, patience);
afterAll(async () => {
  await stripe.testHelpers.testClocks.del(clock.id);
  await hand.close();
}, patience);

async function customerWith(card: string): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ email: "contract@example.com", test_clock: clock.id });
  const { id } = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
}

const subscribe = async (card: string, more: Partial<Stripe.SubscriptionCreateParams> = {}) => {
  const customer = await customerWith(card);
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    expand: ["latest_invoice.confirmation_secret", "latest_invoice.payments"],
    ...more,
  });
};

const invoiceOf = ({ latest_invoice }: Stripe.Subscription) => latest_invoice as Stripe.Invoice;

async function refusal(
  promise: Promise<unknown>,
): Promise<[string, number | undefined, string | undefined, string | undefined]> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError)
      return [error.type, error.statusCode, error.code, error.param];
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("a subscription", () => {
  test(
    "with a card that works is active and paid, its period on its items",
    async () => {
      const subscription = await subscribe("pm_card_visa");
      expect(subscription.status).toBe("active");
      expect(subscription.items.data[0]?.current_period_end).toBeGreaterThan(subscription.created + 27 * day);
      expect(invoiceOf(subscription)).toMatchObject({
        status: "paid",
        amount_paid: 2_000,
        billing_reason: "subscription_create",
        parent: { subscription_details: { subscription: subscription.id } },
      });
    },
    patience,
  );

  test(
    "by default_incomplete waits for its confirmation",
    async () => {
      const subscription = await subscribe("pm_card_visa", { payment_behavior: "default_incomplete" });
      expect(subscription.status).toBe("incomplete");
      expect(invoiceOf(subscription).confirmation_secret?.client_secret).toMatch(/^pi_\w+_secret_\w+$/);
      const intent = String(invoiceOf(subscription).payments?.data[0]?.payment.payment_intent);
      await stripe.paymentIntents.confirm(intent, {
        payment_method: "pm_card_visa",
        return_url: "https://example.com",
      });
      expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe("active");
    },
    patience,
  );

  test(
    "with a card that fails is incomplete, or not made at all",
    async () => {
      expect((await subscribe("pm_card_chargeCustomerFail")).status).toBe("incomplete");
      const refused = subscribe("pm_card_chargeCustomerFail", { payment_behavior: "error_if_incomplete" });
      expect((await refusal(refused)).slice(0, 3)).toEqual(["StripeCardError", 402, "card_declined"]);
    },
    patience,
  );

  test(
    "changes its price, and shows the metadata that it was given",
    async () => {
      const { id, items } = await subscribe("pm_card_visa", { metadata: { a: "1", b: "2" } });
      const changed = await stripe.subscriptions.update(id, {
        items: [{ id: items.data[0]?.id ?? "", price: dearer.id }],
        proration_behavior: "none",
        metadata: { b: "" },
      });
      expect([changed.items.data[0]?.price.id, changed.metadata]).toEqual([dearer.id, { a: "1" }]);
    },
    patience,
  );

  test(
    "that has ended stays ended",
    async () => {
      const { id } = await subscribe("pm_card_visa");
      expect((await stripe.subscriptions.cancel(id)).status).toBe("canceled");
      expect((await refusal(stripe.subscriptions.cancel(id))).slice(0, 3)).toEqual([
        "StripeInvalidRequestError",
        404,
        "resource_missing",
      ]);
      expect((await refusal(stripe.subscriptions.update(id, { cancel_at_period_end: true })))[1]).toBe(400);
      expect((await stripe.subscriptions.retrieve(id)).status).toBe("canceled");
    },
    patience,
  );

  test(
    "pauses, and resumes in the period that is paid",
    async () => {
      const { id } = await subscribe("pm_card_visa");
      expect((await stripe.subscriptions.pause(id)).status).toBe("paused");
      expect(
        (await stripe.subscriptions.resume(id, { billing_cycle_anchor: { type: "unchanged" } })).status,
      ).toBe("active");
    },
    patience,
  );
});

test(
  "a renewal that fails makes the subscription past due, and its payment makes it active",
  async () => {
    const { id, customer } = await subscribe("pm_card_visa");
    const { id: bad } = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", {
      customer: String(customer),
    });
    await stripe.customers.update(String(customer), { invoice_settings: { default_payment_method: bad } });
    const { frozen_time } = await stripe.testHelpers.testClocks.retrieve(clock.id);
    await hand.advance(clock.id, frozen_time + 31 * day + 2 * 3_600);
    const late = await stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([late.status, invoiceOf(late).status]).toEqual(["past_due", "open"]);
    const good = await stripe.paymentMethods.attach("pm_card_visa", { customer: String(customer) });
    await stripe.invoices.pay(invoiceOf(late).id ?? "", { payment_method: good.id });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe("active");
  },
  patience,
);

describe("a request", () => {
  test(
    "with the same key is answered as the first one was; with other parameters it is refused",
    async () => {
      const idempotencyKey = randomUUID();
      const first = await stripe.customers.create({ name: "one" }, { idempotencyKey });
      const second = await stripe.customers.create({ name: "one" }, { idempotencyKey });
      expect([second.id, second.lastResponse.headers["idempotent-replayed"]]).toEqual([first.id, "true"]);
      const other = stripe.customers.create({ name: "two" }, { idempotencyKey });
      expect((await refusal(other)).slice(0, 2)).toEqual(["StripeIdempotencyError", 400]);
    },
    patience,
  );

  test(
    "with what is unknown, missing or not there is refused in one form",
    async () => {
      expect(await refusal(stripe.customers.create({ colour: "red" } as never))).toEqual([
        "StripeInvalidRequestError",
        400,
        "parameter_unknown",
        "colour",
      ]);
      expect(await refusal(stripe.customers.retrieve("cus_that_is_not_there"))).toEqual([
        "StripeInvalidRequestError",
        404,
        "resource_missing",
        "id",
      ]);
      const creation = stripe.subscriptions.create({
        customer: "cus_that_is_not_there",
        items: [{ price: price.id }],
      });
      expect(await refusal(creation)).toEqual([
        "StripeInvalidRequestError",
        400,
        "resource_missing",
        "customer",
      ]);
    },
    patience,
  );

  test(
    "for a list goes page by page",
    async () => {
      const all = await stripe.customers.list({ test_clock: clock.id, limit: 3 });
      const next = await stripe.customers.list({
        test_clock: clock.id,
        limit: 1,
        starting_after: all.data[0]?.id ?? "",
      });
      expect(next.data.map(({ id }) => id)).toEqual([all.data[1]?.id]);
    },
    patience,
  );
});

test(
  "a refund gives back what was charged, once",
  async () => {
    const { customer } = await subscribe("pm_card_visa");
    const [charge] = (await stripe.charges.list({ customer: String(customer) })).data;
    expect(await stripe.refunds.create({ charge: charge?.id ?? "" })).toMatchObject({
      amount: 2_000,
      status: "succeeded",
    });
    expect((await refusal(stripe.refunds.create({ charge: charge?.id ?? "" })))[2]).toBe(
      "charge_already_refunded",
    );
  },
  patience,
);

test(
  "a checkout session has a page until it expires",
  async () => {
    const session = await stripe.checkout.sessions.create({
      mode: "subscription",
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: "https://example.com/done",
    });
    expect([session.status, typeof session.url]).toEqual(["open", "string"]);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: "expired", url: null });
  },
  patience,
);
