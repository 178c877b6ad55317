import { describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { day, invoiceOf, refusal, useCard } from "../running-stripe.ts";
import { hour, shopSuite, start } from "./shop-suite.ts";

const suite = shopSuite();
const { later, subscribe } = suite;

describe("a change of price", () => {
  const change = (subscription: Stripe.Subscription, more: Partial<Stripe.SubscriptionUpdateParams> = {}) =>
    suite.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? "", price: suite.shop.dearer.id }],
      proration_behavior: "always_invoice",
      expand: ["latest_invoice"],
      ...more,
    });
  const priceOf = ({ items }: Stripe.Subscription) => items.data.map(({ price }) => price.unit_amount);

  test("is invoiced at once when asked, and else with the next period", async () => {
    const invoiced = await change(await subscribe());
    expect([priceOf(invoiced), invoiceOf(invoiced).amount_paid]).toEqual([[5_000], 3_000]);
    const silent = await change(await subscribe(), { proration_behavior: "none" });
    expect([priceOf(silent), invoiceOf(silent).billing_reason]).toEqual([[5_000], "subscription_create"]);
  });

  test("that must be paid first is pending until it is, and dropped after 23 hours", async () => {
    const subscription = await subscribe();
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    const pending = await change(subscription, { payment_behavior: "pending_if_incomplete" });
    expect([pending.status, priceOf(pending), pending.pending_update?.expires_at]).toEqual([
      "active",
      [2_000],
      start + 23 * hour,
    ]);
    await suite.stripe.invoices.pay(invoiceOf(pending).id ?? "", { payment_method: "pm_card_visa" });
    const applied = await suite.stripe.subscriptions.retrieve(subscription.id);
    expect([priceOf(applied), applied.pending_update]).toEqual([[5_000], null]);

    const other = await subscribe({
      default_payment_method: (
        await suite.stripe.paymentMethods.attach("pm_card_visa", { customer: suite.shop.customer.id })
      ).id,
    });
    await suite.running.control("PUT", "/payments", [{ outcome: "card_declined" }]);
    await change(other, { payment_behavior: "pending_if_incomplete" });
    await later(23 * hour);
    const dropped = await suite.stripe.subscriptions.retrieve(other.id, { expand: ["latest_invoice"] });
    expect([priceOf(dropped), dropped.pending_update, invoiceOf(dropped).status]).toEqual([
      [2_000],
      null,
      "void",
    ]);
  });

  test("that fails makes the subscription past due, or is refused, as its behavior says", async () => {
    const first = await subscribe();
    const second = await subscribe();
    const third = await subscribe();
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    expect((await change(first)).status).toBe("past_due");
    expect(await refusal(change(second, { payment_behavior: "error_if_incomplete" }))).toMatchObject({
      statusCode: 402,
    });
    expect(priceOf(await suite.stripe.subscriptions.retrieve(second.id))).toEqual([2_000]);
    expect((await change(third, { payment_behavior: "default_incomplete" })).status).toBe("past_due");
  });

  test("to another interval begins a new period, paid in full", async () => {
    const subscription = await subscribe();
    await later(10 * day);
    const yearly = await suite.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? "", price: suite.shop.yearly.id }],
      expand: ["latest_invoice"],
    });
    expect(yearly.items.data[0]).toMatchObject({
      current_period_start: start + 10 * day,
      current_period_end: start + 375 * day,
    });
    expect(invoiceOf(yearly).amount_paid).toBe(20_000);
  });

  test("can be previewed, without a trace", async () => {
    const subscription = await subscribe();
    const preview = await suite.stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: {
        items: [{ id: subscription.items.data[0]?.id ?? "", price: suite.shop.dearer.id }],
        proration_behavior: "always_invoice",
      },
    });
    expect([preview.amount_due, preview.status]).toEqual([3_000, "draft"]);
    expect((await suite.stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
  });
});
