import { describe, expect, test } from "@jest/globals";
import { day, invoiceOf, openShop, refusal, useCard } from "../running-stripe.ts";
import { february, hour, shopSuite, start } from "./shop-suite.ts";

const suite = shopSuite();
const { intentOf, later, statusOf, subscribe } = suite;

describe("creation", () => {
  test("with a card that works is active at once, for a month that is paid", async () => {
    const subscription = await subscribe();
    expect(subscription).toMatchObject({
      status: "active",
      items: { data: [{ current_period_start: start, current_period_end: february }] },
    });
    expect(subscription).not.toHaveProperty("current_period_end");
    expect(invoiceOf(subscription)).toMatchObject({
      status: "paid",
      amount_paid: 2_000,
      billing_reason: "subscription_create",
      parent: { subscription_details: { subscription: subscription.id } },
    });
  });

  test("as default_incomplete waits for the confirmation in the app", async () => {
    const subscription = await subscribe({ payment_behavior: "default_incomplete" });
    expect(subscription.status).toBe("incomplete");
    const intent = intentOf(subscription);
    expect(invoiceOf(subscription).confirmation_secret).toEqual({
      client_secret: expect.stringMatching(new RegExp(`^${intent}_secret_\\w+$`)),
      type: "payment_intent",
    });
    await suite.stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_visa" });
    expect(await statusOf(subscription.id)).toBe("active");
  });

  test("that is never confirmed expires after 23 hours, and its invoice is void", async () => {
    const { id } = await subscribe({ payment_behavior: "default_incomplete" });
    await later(23 * hour - 1);
    expect(await statusOf(id)).toBe("incomplete");
    await later(1);
    const expired = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect(expired.status).toBe("incomplete_expired");
    expect(invoiceOf(expired).status).toBe("void");
  });

  test("with a card that is declined is incomplete, or refused when it must not be", async () => {
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    const subscription = await subscribe();
    expect([subscription.status, invoiceOf(subscription).status]).toEqual(["incomplete", "open"]);
    expect(await refusal(subscribe({ payment_behavior: "error_if_incomplete" }))).toMatchObject({
      statusCode: 402,
      type: "StripeCardError",
      code: "card_declined",
    });
    expect((await suite.stripe.subscriptions.list({ customer: suite.shop.customer.id })).data).toHaveLength(
      1,
    );
  });

  test("without a card is refused, unless nothing is due yet", async () => {
    const { id: customer } = await suite.stripe.customers.create();
    expect(await refusal(subscribe({ customer }))).toMatchObject({
      statusCode: 400,
      code: "resource_missing",
    });
    expect((await subscribe({ customer, trial_period_days: 7 })).status).toBe("trialing");
    expect((await subscribe({ customer, payment_behavior: "default_incomplete" })).status).toBe("incomplete");
  });

  test("that needs an authentication is incomplete until it is given", async () => {
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_authenticationRequired");
    const subscription = await subscribe();
    const intent = intentOf(subscription);
    expect(subscription.status).toBe("incomplete");
    expect((await suite.stripe.paymentIntents.retrieve(intent)).status).toBe("requires_action");
    await suite.running.control("POST", `/payment-intents/${intent}/authenticate`, { succeeds: false });
    expect(await statusOf(subscription.id)).toBe("incomplete");
    await suite.stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_authenticationRequired" });
    await suite.running.control("POST", `/payment-intents/${intent}/authenticate`, { succeeds: true });
    expect(await statusOf(subscription.id)).toBe("active");
  });

  test("by a bank debit is active at once, and stays so when the debit fails days later", async () => {
    await useCard(suite.stripe, suite.shop.customer.id, "pm_usBankAccount_insufficientFunds");
    const subscription = await subscribe();
    expect([subscription.status, invoiceOf(subscription).status]).toEqual(["active", "open"]);
    await later(4 * day);
    const failed = await suite.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    expect([failed.status, invoiceOf(failed).status]).toEqual(["active", "open"]);
    expect((await suite.stripe.paymentIntents.retrieve(intentOf(subscription))).status).toBe(
      "requires_payment_method",
    );
  });

  test("that is sent an invoice is active, and past due after its due date", async () => {
    const subscription = await subscribe({ collection_method: "send_invoice", days_until_due: 7 });
    expect([subscription.status, invoiceOf(subscription).due_date]).toEqual(["active", start + 7 * day]);
    await later(7 * day);
    expect(await statusOf(subscription.id)).toBe("past_due");
    await suite.stripe.invoices.pay(invoiceOf(subscription).id ?? "", { paid_out_of_band: true });
    expect(await statusOf(subscription.id)).toBe("active");
    await later(24 * day + hour);
    const next = await suite.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    expect([next.status, invoiceOf(next).status]).toEqual(["active", "open"]);
    await later(7 * day);
    expect(await statusOf(subscription.id)).toBe("past_due");
  });

  test.each([
    [
      "an inactive price",
      async () => {
        await suite.stripe.prices.update(suite.shop.dearer.id, { active: false });
        return subscribe({ items: [{ price: suite.shop.dearer.id }] });
      },
      "items[0][price]",
    ],
    [
      "two intervals",
      () => subscribe({ items: [{ price: suite.shop.monthly.id }, { price: suite.shop.yearly.id }] }),
      "items",
    ],
    ["no item", () => subscribe({ items: [] as never }), "items"],
    ["a trial that is over", () => subscribe({ trial_end: start - 1 }), "trial_end"],
    [
      "another's card",
      async () => {
        const other = await openShop(suite.stripe);
        const [method] = (await suite.stripe.customers.listPaymentMethods(other.customer.id)).data;
        return subscribe({ default_payment_method: method?.id ?? "" });
      },
      "payment_method",
    ],
  ])("refuses %s", async (_, create, param) => {
    expect(await refusal(create())).toMatchObject({ statusCode: 400, param });
  });
});
