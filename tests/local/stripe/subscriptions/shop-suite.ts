import { afterEach, beforeEach } from "@jest/globals";
import type { Stripe } from "stripe";
import { invoiceOf, openShop, type RunningStripe, runStripe, type Shop } from "../running-stripe.ts";

/** The first second of 2030 and of its February, and an hour, in seconds. */
export const start = 1_893_456_000;
export const february = 1_896_134_400;
export const hour = 3_600;

export interface ShopSuite {
  readonly running: RunningStripe;
  readonly stripe: Stripe;
  readonly shop: Shop;
  /** Moves the clock by seconds. */
  later(seconds: number): Promise<void>;
  /** Creates a subscription to the monthly price, with its invoice expanded. */
  subscribe(more?: Partial<Stripe.SubscriptionCreateParams>): Promise<Stripe.Subscription>;
  statusOf(id: string): Promise<Stripe.Subscription.Status>;
  /** The payment intent of the first invoice. */
  intentOf(subscription: Stripe.Subscription): string;
}

/** Each test of the file gets a fake of its own, with a customer whose card works. */
export function shopSuite(): ShopSuite {
  let running: RunningStripe;
  let shop: Shop;
  beforeEach(async () => {
    running = await runStripe();
    shop = await openShop(running.stripe);
  });
  afterEach(() => running.fake.close());

  return {
    get running() {
      return running;
    },
    get stripe() {
      return running.stripe;
    },
    get shop() {
      return shop;
    },
    later: (seconds) => running.clock.advance(seconds * 1_000),
    subscribe: (more = {}) =>
      running.stripe.subscriptions.create({
        customer: shop.customer.id,
        items: [{ price: shop.monthly.id }],
        expand: ["latest_invoice.confirmation_secret", "latest_invoice.payments"],
        ...more,
      }),
    statusOf: async (id) => (await running.stripe.subscriptions.retrieve(id)).status,
    intentOf: (subscription) => String(invoiceOf(subscription).payments?.data[0]?.payment.payment_intent),
  };
}
