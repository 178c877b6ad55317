import { describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { refusal } from "../running-stripe.ts";
import { shopSuite, start } from "./shop-suite.ts";

const suite = shopSuite();
const { statusOf, subscribe } = suite;

describe("an end", () => {
  test("is final: nothing but metadata can be changed, and it cannot be ended twice", async () => {
    const { id } = await subscribe();
    const ended = await suite.stripe.subscriptions.cancel(id, {
      cancellation_details: { feedback: "unused" },
    });
    expect(ended).toMatchObject({
      status: "canceled",
      ended_at: start,
      cancellation_details: { feedback: "unused", reason: "cancellation_requested" },
    });
    expect((await suite.stripe.subscriptions.update(id, { metadata: { a: "1" } })).metadata).toEqual({
      a: "1",
    });
    expect(
      await refusal(suite.stripe.subscriptions.update(id, { cancel_at_period_end: false })),
    ).toMatchObject({
      code: "invalid_canceled_subscription_fields",
    });
    expect(await refusal(suite.stripe.subscriptions.cancel(id))).toMatchObject({ statusCode: 404 });
    expect(await refusal(suite.stripe.subscriptions.pause(id))).toMatchObject({ statusCode: 400 });
    expect(await refusal(suite.stripe.subscriptions.resume(id))).toMatchObject({ statusCode: 400 });
  });

  test("comes to all subscriptions of a customer that is deleted", async () => {
    const { id } = await subscribe();
    await suite.stripe.customers.del(suite.shop.customer.id);
    expect(await statusOf(id)).toBe("canceled");
    expect(await suite.stripe.customers.retrieve(suite.shop.customer.id)).toMatchObject({ deleted: true });
    expect(await refusal(subscribe())).toMatchObject({ statusCode: 400, param: "customer" });
  });
});

test("lists leave the canceled out, unless asked", async () => {
  const { id } = await subscribe();
  const other = await subscribe({ trial_period_days: 3 });
  await suite.stripe.subscriptions.cancel(id);
  const list = async (status?: Stripe.SubscriptionListParams.Status) =>
    (
      await suite.stripe.subscriptions.list({ customer: suite.shop.customer.id, ...(status && { status }) })
    ).data.map((one) => one.id);
  expect(await list()).toEqual([other.id]);
  expect(await list("all")).toEqual([other.id, id]);
  expect(await list("ended")).toEqual([id]);
  expect(await list("trialing")).toEqual([other.id]);
});
