import { describe, expect, test } from "@jest/globals";
import { day, invoiceOf, useCard } from "../running-stripe.ts";
import { february, hour, shopSuite, start } from "./shop-suite.ts";

const suite = shopSuite();
const { later, statusOf, subscribe } = suite;

describe("a trial", () => {
  test("ends in a paid period, and tells it three days before", async () => {
    const { id } = await subscribe({ trial_period_days: 14 });
    expect(await statusOf(id)).toBe("trialing");
    await later(11 * day);
    const told = await suite.stripe.events.list({ type: "customer.subscription.trial_will_end" });
    expect(told.data.map(({ created }) => created)).toEqual([start + 11 * day]);
    await later(3 * day + hour);
    const subscription = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([subscription.status, invoiceOf(subscription).amount_paid]).toEqual(["active", 2_000]);
  });

  test.each([
    ["pause", "paused"],
    ["cancel", "canceled"],
  ] as const)("without a card does what its setting says: %s", async (missing_payment_method, status) => {
    const { id: customer } = await suite.stripe.customers.create();
    const { id } = await subscribe({
      customer,
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method } },
    });
    await later(7 * day);
    expect(await statusOf(id)).toBe(status);
  });

  test("that ends by request is paid now, or past due", async () => {
    const good = await subscribe({ trial_period_days: 7 });
    expect((await suite.stripe.subscriptions.update(good.id, { trial_end: "now" })).status).toBe("active");
    const bad = await subscribe({ trial_period_days: 7 });
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    expect((await suite.stripe.subscriptions.update(bad.id, { trial_end: "now" })).status).toBe("past_due");
  });
});

describe("a renewal", () => {
  test("is a draft for an hour, then paid, month after month", async () => {
    const { id } = await subscribe();
    await later(31 * day);
    const renewed = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([renewed.status, invoiceOf(renewed).status]).toEqual(["active", "draft"]);
    expect(renewed.items.data[0]?.current_period_start).toBe(february);
    await later(hour);
    const paid = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([invoiceOf(paid).status, invoiceOf(paid).billing_reason]).toEqual(["paid", "subscription_cycle"]);
    await later(60 * day);
    expect((await suite.stripe.invoices.list({ subscription: id, status: "paid" })).data).toHaveLength(4);
  });

  test("is announced a week before, by an invoice without an id", async () => {
    await subscribe();
    await later(24 * day);
    const [event] = (await suite.stripe.events.list({ type: "invoice.upcoming" })).data;
    expect(event?.data.object).not.toHaveProperty("id");
    expect(event?.data.object).toMatchObject({
      object: "invoice",
      billing_reason: "upcoming",
      amount_due: 2_000,
    });
  });

  test("does not come after the end that was asked for, and that can be taken back", async () => {
    const kept = await subscribe();
    const ended = await subscribe();
    for (const { id } of [kept, ended])
      await suite.stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const back = await suite.stripe.subscriptions.update(kept.id, { cancel_at_period_end: false });
    expect([back.cancel_at, back.canceled_at]).toEqual([null, null]);
    await later(31 * day);
    const over = await suite.stripe.subscriptions.retrieve(ended.id);
    expect([over.status, over.ended_at, over.cancellation_details?.reason]).toEqual([
      "canceled",
      february,
      "cancellation_requested",
    ]);
    expect(await statusOf(kept.id)).toBe("active");
  });
});
