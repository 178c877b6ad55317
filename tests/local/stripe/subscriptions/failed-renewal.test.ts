import { describe, expect, test } from "@jest/globals";
import { day, invoiceOf, useCard } from "../running-stripe.ts";
import { february, hour, shopSuite } from "./shop-suite.ts";

const suite = shopSuite();
const { later, statusOf, subscribe } = suite;

describe("a failed renewal", () => {
  const fail = async () => {
    const { id } = await subscribe();
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_chargeCustomerFail");
    await later(31 * day + hour);
    return id;
  };

  test("is past due, tried again on its days, and canceled after the last", async () => {
    const id = await fail();
    const subscription = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect(subscription.status).toBe("past_due");
    expect(invoiceOf(subscription)).toMatchObject({
      status: "open",
      attempt_count: 1,
      next_payment_attempt: february + hour + 3 * day,
    });
    await later(3 * day);
    expect(await statusOf(id)).toBe("past_due");
    await later(5 * day + 7 * day);
    const over = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([over.status, over.cancellation_details?.reason]).toEqual(["canceled", "payment_failed"]);
    expect(invoiceOf(over)).toMatchObject({ status: "open", attempt_count: 4, auto_advance: false });
  });

  test.each([
    ["unpaid", "unpaid"],
    ["past_due", "past_due"],
    ["pause", "paused"],
  ])("ends as the settings say: %s", async (afterLastRetry, status) => {
    await suite.running.control("PUT", "/settings", { afterLastRetry });
    const id = await fail();
    await later(15 * day);
    expect(await statusOf(id)).toBe(status);
  });

  test("that made the subscription unpaid leaves the next invoices as drafts, until the newest is paid", async () => {
    await suite.running.control("PUT", "/settings", { afterLastRetry: "unpaid", retryAfterDays: [1] });
    const id = await fail();
    await later(30 * day);
    const unpaid = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([unpaid.status, invoiceOf(unpaid).status]).toEqual(["unpaid", "draft"]);
    await later(day);
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_visa");
    const invoice = invoiceOf(unpaid).id ?? "";
    await suite.stripe.invoices.finalizeInvoice(invoice);
    expect(await statusOf(id)).toBe("unpaid");
    await suite.stripe.invoices.pay(invoice);
    expect(await statusOf(id)).toBe("active");
  });

  test("is healed by a retry with another card", async () => {
    const id = await fail();
    await useCard(suite.stripe, suite.shop.customer.id, "pm_card_visa");
    await later(3 * day);
    expect(await statusOf(id)).toBe("active");
  });

  test("is healed by marking its invoice as uncollectible", async () => {
    const id = await fail();
    const { latest_invoice } = await suite.stripe.subscriptions.retrieve(id);
    await suite.stripe.invoices.markUncollectible(String(latest_invoice));
    expect(await statusOf(id)).toBe("active");
  });

  test("can be planned for one payment, whatever the card", async () => {
    const { id } = await subscribe();
    await suite.running.control("PUT", "/payments", [
      { outcome: "insufficient_funds", customer: suite.shop.customer.id },
    ]);
    await later(31 * day + hour);
    expect(await statusOf(id)).toBe("past_due");
    await later(3 * day);
    expect(await statusOf(id)).toBe("active");
  });

  test("that could not even be finalized leaves the subscription active and nothing collected", async () => {
    const { id } = await subscribe();
    await suite.running.control("PUT", "/payments", [{ outcome: "finalization_failed" }]);
    await later(32 * day);
    const subscription = await suite.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
    expect([subscription.status, invoiceOf(subscription).status]).toEqual(["active", "draft"]);
    expect((await suite.stripe.events.list({ type: "invoice.finalization_failed" })).data).toHaveLength(1);
  });
});
