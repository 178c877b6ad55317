// One suite for the fake and for Stripe's test mode: `STRIPE_TEST_KEY=sk_test_… npm test -- tests/contracts`.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { stripeLists } from "../../functions/billing/repair/stripe-lists.ts";
import { type StripeAtHand, stripeAtHand } from "./stripe-at-hand.ts";

const patience = 120_000;

describe("the lists that a reconciler reads", () => {
  let hand: StripeAtHand;
  let stripe: Stripe;
  let customer: Stripe.Customer;
  let price: Stripe.Price;
  beforeAll(async () => {
    hand = await stripeAtHand();
    stripe = hand.stripe;
    const product = await stripe.products.create({ name: "Contract" });
    price = await stripe.prices.create({
      product: product.id,
      currency: "usd",
      unit_amount: 2_000,
      recurring: { interval: "month" },
    });
    // Without a test clock: subscriptions of one are listed with their clock only.
    customer = await stripe.customers.create({ metadata: { synapse_user: "acme#contract" } });
  }, patience);
  afterAll(async () => {
    await stripe.customers.del(customer.id);
    await hand.close();
  }, patience);

  const found = async <Value>(ask: () => Promise<Value | undefined>): Promise<Value> => {
    for (;;) {
      const value = await ask();
      if (value !== undefined) return value;
      // Stripe lists events a little after they happened.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };

  test(
    "tell of each subscription, ended ones too, whose it is, and may begin behind any of them",
    async () => {
      const items = [{ price: price.id }];
      const older = await stripe.subscriptions.create({ customer: customer.id, items, trial_period_days: 1 });
      const newer = await stripe.subscriptions.create({ customer: customer.id, items, trial_period_days: 1 });
      await stripe.subscriptions.cancel(newer.id);
      const lists = stripeLists(stripe, (call) => call({ timeout: 20_000 }));
      const first = await lists.subscriptions();
      expect(first?.unreadable).toBe(0);
      expect(first?.items.find(({ subscription }) => subscription.id === newer.id)).toMatchObject({
        ...{ customerId: customer.id, user: "acme#contract" },
        subscription: { status: "canceled", latest_invoice: { status: "paid" } },
      });
      const behind = (await lists.subscriptions(newer.id))?.items.map(({ subscription }) => subscription.id);
      expect([behind?.includes(older.id), behind?.includes(newer.id)]).toEqual([true, false]);
      expect(await lists.subscriptions("sub_gone")).toBeUndefined();
    },
    patience,
  );

  test(
    "take an event as a cursor that their filter leaves out",
    async () => {
      const about = (id: string) => async () =>
        (await stripe.events.list({ type: id, limit: 100 })).data.find(
          ({ data }) => (data.object as { readonly customer?: unknown }).customer === customer.id,
        );
      const made = await found(about("customer.subscription.created"));
      const cancelled = await found(about("customer.subscription.deleted"));
      const { data } = await stripe.events.list({
        ...{ types: ["customer.subscription.created"], starting_after: cancelled.id, limit: 100 },
      });
      expect(data.map(({ id }) => id)).toContain(made.id);
      const lists = stripeLists(stripe, (call) => call({ timeout: 20_000 }));
      const span = { from: made.created - 60, until: made.created + 60 };
      expect(await lists.undelivered(span)).toMatchObject({ unreadable: 0 });
      expect(await lists.undelivered(span, "evt_gone")).toBeUndefined();
    },
    patience,
  );
});
