import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { openShop, type RunningStripe, refusal, runStripe } from "./running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;

beforeEach(async () => {
  running = await runStripe();
  stripe = running.stripe;
});
afterEach(() => running.fake.close());

/** A subscription that was paid with this card, and its charge. */
async function pay(card = "pm_card_visa") {
  const { customer, monthly } = await openShop(stripe, card);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: monthly.id }],
  });
  const [charge] = (await stripe.charges.list({ customer: customer.id })).data;
  if (!charge) throw new Error("nothing was charged");
  return { subscription, charge };
}
const typesOf = async (...types: string[]) =>
  (await stripe.events.list({ types, limit: 100 })).data.map(({ type }) => type).toReversed();
const statusOf = async ({ id }: Stripe.Subscription) => (await stripe.subscriptions.retrieve(id)).status;

describe("a refund", () => {
  test("gives back a part, then the rest, and no more; the subscription stays", async () => {
    const { subscription, charge } = await pay();
    const part = await stripe.refunds.create({
      charge: charge.id,
      amount: 500,
      reason: "requested_by_customer",
    });
    expect(part).toMatchObject({ status: "succeeded", amount: 500 });
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ amount_refunded: 500, refunded: false });
    expect(await refusal(stripe.refunds.create({ charge: charge.id, amount: 1_501 }))).toMatchObject({
      statusCode: 400,
      param: "amount",
    });
    expect((await stripe.refunds.create({ payment_intent: String(charge.payment_intent) })).amount).toBe(
      1_500,
    );
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({
      amount_refunded: 2_000,
      refunded: true,
    });
    expect(await refusal(stripe.refunds.create({ charge: charge.id }))).toMatchObject({
      code: "charge_already_refunded",
    });
    expect(await typesOf("charge.refunded")).toEqual(["charge.refunded", "charge.refunded"]);
    expect(await statusOf(subscription)).toBe("active");
  });

  test("may take its time, and may fail", async () => {
    const slow = await stripe.refunds.create({ charge: (await pay("pm_card_pendingRefund")).charge.id });
    const failing = await pay("pm_card_refundFail");
    const lost = await stripe.refunds.create({ charge: failing.charge.id });
    expect([slow.status, lost.status]).toEqual(["pending", "succeeded"]);
    await running.clock.advance(3_600_000);
    expect((await stripe.refunds.retrieve(slow.id)).status).toBe("succeeded");
    expect((await stripe.refunds.retrieve(lost.id)).status).toBe("failed");
    expect(await typesOf("refund.failed")).toEqual(["refund.failed"]);
    expect((await stripe.charges.retrieve(failing.charge.id)).amount_refunded).toBe(0);
  });
});

describe("a dispute", () => {
  test("comes with its card, and is lost or won by what is answered", async () => {
    const { charge } = await pay("pm_card_createDispute");
    const [dispute] = (await stripe.disputes.list({ charge: charge.id })).data;
    expect(dispute).toMatchObject({ status: "needs_response", reason: "fraudulent", amount: 2_000 });
    expect((await stripe.charges.retrieve(charge.id)).disputed).toBe(true);
    expect(await refusal(stripe.refunds.create({ charge: charge.id }))).toMatchObject({
      code: "charge_disputed",
    });
    const won = await stripe.disputes.update(dispute?.id ?? "", {
      evidence: { uncategorized_text: "winning_evidence" },
    });
    expect(won.status).toBe("won");
    expect(await refusal(stripe.disputes.close(won.id))).toMatchObject({ statusCode: 400 });
    expect(await typesOf("charge.dispute.created", "charge.dispute.closed")).toEqual([
      "charge.dispute.created",
      "charge.dispute.closed",
    ]);
  });

  test("can be opened by control, and ends the subscription if the settings say so", async () => {
    const kept = await pay();
    await running.control("POST", `/charges/${kept.charge.id}/dispute`, {});
    expect(await statusOf(kept.subscription)).toBe("active");
    await running.control("PUT", "/settings", { onDispute: "cancel" });
    const ended = await pay();
    await running.control("POST", `/charges/${ended.charge.id}/dispute`, { reason: "product_not_received" });
    expect(await stripe.subscriptions.retrieve(ended.subscription.id)).toMatchObject({
      status: "canceled",
      cancellation_details: { reason: "payment_disputed" },
    });
  });
});

describe("an early fraud warning", () => {
  test("comes with its card, or by control", async () => {
    const { charge } = await pay("pm_card_createIssuerFraudRecord");
    const other = await pay();
    await running.control("POST", `/charges/${other.charge.id}/early-fraud-warning`);
    const warnings = (await stripe.radar.earlyFraudWarnings.list()).data;
    expect(warnings.map((warning) => [warning.charge, warning.actionable])).toEqual([
      [other.charge.id, true],
      [charge.id, true],
    ]);
    expect(await typesOf("radar.early_fraud_warning.created")).toHaveLength(2);
  });
});

test("from a charge one finds its invoice, and from an invoice its payment", async () => {
  const { subscription, charge } = await pay();
  const payments = await stripe.invoicePayments.list({
    payment: { type: "payment_intent", payment_intent: String(charge.payment_intent) },
    expand: ["data.invoice"],
  });
  expect(payments.data[0]?.invoice).toMatchObject({ id: subscription.latest_invoice, status: "paid" });
});
