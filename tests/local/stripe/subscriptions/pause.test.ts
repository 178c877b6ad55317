import { describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { day, invoiceOf, refusal, useCard } from "../running-stripe.ts";
import { shopSuite } from "./shop-suite.ts";

const suite = shopSuite();
const { later, statusOf, subscribe } = suite;

describe("a pause", () => {
  test("stops invoices until it is resumed in the period that is paid", async () => {
    const { id } = await subscribe();
    const paused = await suite.stripe.subscriptions.pause(id);
    expect([paused.status, paused.status_details?.paused.subscription.type]).toEqual([
      "paused",
      "pause_requested",
    ]);
    await later(10 * day);
    const resumed = await suite.stripe.subscriptions.resume(id, {
      billing_cycle_anchor: { type: "unchanged" },
    });
    expect([resumed.status, resumed.status_details]).toEqual(["active", undefined]);
    expect((await suite.stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
  });

  test("ends with a new period: paid now, or by its invoice later", async () => {
    const { id } = await subscribe();
    await suite.stripe.subscriptions.pause(id);
    await later(40 * day);
    expect((await suite.stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
    const waiting = await suite.stripe.subscriptions.resume(id, { expand: ["latest_invoice"] });
    expect([waiting.status, invoiceOf(waiting).status]).toEqual(["paused", "open"]);
    await suite.stripe.invoices.pay(invoiceOf(waiting).id ?? "");
    expect(await statusOf(id)).toBe("active");

    await suite.stripe.subscriptions.pause(id);
    expect(
      (await suite.stripe.subscriptions.resume(id, { payment_behavior: "resume_on_payment_success" })).status,
    ).toBe("active");
  });

  test("whose end is not paid leads to past due, or goes on, as it was asked", async () => {
    const first = await subscribe();
    const second = await subscribe();
    for (const { id } of [first, second]) await suite.stripe.subscriptions.pause(id);
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    const waiting = await suite.stripe.subscriptions.resume(first.id, { expand: ["latest_invoice"] });
    expect(await refusal(suite.stripe.invoices.pay(invoiceOf(waiting).id ?? ""))).toMatchObject({
      statusCode: 402,
    });
    expect(await statusOf(first.id)).toBe("past_due");
    const tried = await suite.stripe.subscriptions.resume(second.id, {
      payment_behavior: "resume_on_payment_success",
    });
    expect(tried.status).toBe("paused");
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_visa");
    await later(3 * day);
    expect(await statusOf(second.id)).toBe("active");
  });

  test("of collection alone leaves the status, and voids what comes meanwhile", async () => {
    const { id } = await subscribe();
    await suite.stripe.subscriptions.update(id, { pause_collection: { behavior: "void" } });
    await later(32 * day);
    const subscription = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([subscription.status, invoiceOf(subscription).status]).toEqual(["active", "void"]);
  });

  test.each([
    ["of classic billing mode", { billing_mode: { type: "classic" } }],
    ["in its trial", { trial_period_days: 7 }],
    ["that is incomplete", { payment_behavior: "default_incomplete" }],
    ["that is sent invoices", { collection_method: "send_invoice", days_until_due: 7 }],
  ] satisfies [string, Partial<Stripe.SubscriptionCreateParams>][])(
    "is refused for a subscription %s",
    async (_, more) => {
      const { id } = await subscribe(more);
      expect(await refusal(suite.stripe.subscriptions.pause(id))).toMatchObject({ statusCode: 400 });
    },
  );
});
