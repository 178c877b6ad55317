import { expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { showSubscription } from "../../../../functions/billing/subscriptions/customer-subscription.ts";

const limits = {
  ...{ maxFrameBytes: 16_384, framesPerSecond: 20, peersPerChannel: 10, mailboxDepth: 10 },
  messageTtlSeconds: 30,
};
const plans = {
  team: { name: "Team", priceId: "price_t", group: "default", limits },
  studio: { name: "Studio", priceId: "price_s", group: "default", limits },
};
const end = 1_800_000_000;
const item = (price: string) => ({ price: { id: price }, current_period_end: end });

/** Of what Stripe sends only what is read. */
const subscription = (more: object = {}) =>
  ({
    ...{ status: "active", items: { data: [item("price_t")] }, cancel_at: null, cancel_at_period_end: false },
    ...{ pending_update: null, latest_invoice: "in_1", ...more },
  }) as unknown as Stripe.Subscription;

const shown = { plan: "team", group: "default", status: "active", cancelAtPeriodEnd: false };
const currentPeriodEnd = "2027-01-15T08:00:00.000Z";

test("a subscription is shown with its plan and its period", () => {
  expect(showSubscription(subscription(), plans)).toEqual({ ...shown, currentPeriodEnd });
});

test("an item of another price beside ours is passed over, and alone it names no plan", () => {
  const beside = subscription({ items: { data: [item("price_x"), item("price_t")] } });
  expect(showSubscription(beside, plans)).toMatchObject({ plan: "team" });
  const { plan: _, group: __, ...rest } = shown;
  const alone = subscription({ items: { data: [item("price_x")] } });
  expect(showSubscription(alone, plans)).toEqual({ ...rest, currentPeriodEnd });
});

test("one that ends earlier than its period is shown to end then", () => {
  expect(showSubscription(subscription({ cancel_at: end - 86_400 }), plans)).toMatchObject({
    ...{ currentPeriodEnd: "2027-01-14T08:00:00.000Z", cancelAtPeriodEnd: true },
  });
  expect(showSubscription(subscription({ cancel_at: end + 1 }), plans)).toMatchObject({
    ...{ currentPeriodEnd, cancelAtPeriodEnd: false },
  });
});

const pending_update = { subscription_items: [{ price: { id: "price_s" } }] };

test.each<[string, object, object]>([
  [
    "with the page and the secret",
    { status: "open", hosted_invoice_url: "https://pay", confirmation_secret: { client_secret: "pi_s" } },
    { payment: { url: "https://pay", clientSecret: "pi_s" } },
  ],
  ["with neither, where Stripe gives none", { status: "open" }, { payment: {} }],
  ["not any more, once it is paid", { status: "paid", hosted_invoice_url: "https://pay" }, {}],
])("a dearer plan that waits is shown to be paid %s", (_, latest_invoice, payment) => {
  expect(showSubscription(subscription({ pending_update, latest_invoice }), plans)).toEqual({
    ...{ ...shown, currentPeriodEnd, pendingPlan: "studio", ...payment },
  });
});

test("an invoice that was not read says nothing of a payment", () => {
  expect(showSubscription(subscription({ pending_update }), plans)).not.toHaveProperty("payment");
});
