import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { forgeRequest } from "../../loopback/forge-request.ts";
import { refusesIntruders } from "../../loopback/refuses-intruders.ts";
import { clientOf, openShop, type RunningStripe, refusal, runStripe } from "../running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;

beforeAll(async () => {
  running = await runStripe();
  stripe = running.stripe;
});
afterAll(() => running.fake.close());
beforeEach(() => running.control("PUT", "/requests", []));

describe("intruders", () => refusesIntruders({ url: () => running.fake.control, path: "/health" }));

describe("requests that fail on purpose", () => {
  const meet = (fault: object) => running.control("PUT", "/requests", [fault]);
  const count = async (email: string) => (await stripe.customers.list({ email })).data.length;

  test("are limited: 429, without effect, and not kept for the key", async () => {
    await meet({ kind: "rate_limit", method: "POST", path: "/v1/customers" });
    const create = () =>
      stripe.customers.create({ email: "limited@example.com" }, { idempotencyKey: "limited" });
    expect(await refusal(create())).toMatchObject({
      statusCode: 429,
      type: "StripeRateLimitError",
      code: "rate_limit",
    });
    expect(await count("limited@example.com")).toBe(0);
    await create();
    expect(await count("limited@example.com")).toBe(1);
  });

  test("are not retried by the SDK when limited, but when a lock was held", async () => {
    const patient = clientOf(running.fake, { maxNetworkRetries: 1 });
    await meet({ kind: "rate_limit" });
    expect(await refusal(patient.customers.list())).toMatchObject({ statusCode: 429 });
    await meet({ kind: "lock_timeout" });
    expect((await patient.customers.list()).object).toBe("list");
  });

  test("fail before the effect, or after it", async () => {
    await meet({ kind: "error", method: "POST" });
    expect(await refusal(stripe.customers.create({ email: "never@example.com" }))).toMatchObject({
      statusCode: 500,
    });
    await meet({ kind: "error", method: "POST", executed: true });
    expect(await refusal(stripe.customers.create({ email: "ghost@example.com" }))).toMatchObject({
      statusCode: 500,
    });
    expect([await count("never@example.com"), await count("ghost@example.com")]).toEqual([0, 1]);
  });

  test("hang until the caller gives up, with or without the effect", async () => {
    const hasty = clientOf(running.fake, { timeout: 50 });
    await meet({ kind: "hang", method: "POST", executed: true });
    expect(await refusal(hasty.customers.create({ email: "hung@example.com" }))).toMatchObject({
      type: "StripeConnectionError",
    });
    expect(await count("hung@example.com")).toBe(1);
    await meet({ kind: "hang", method: "POST" });
    await refusal(hasty.customers.create({ email: "unhung@example.com" }));
    expect(await count("unhung@example.com")).toBe(0);
  });

  test("are as many as was said, and concern the path that was named", async () => {
    await meet({ kind: "error", path: "/v1/products", times: 2 });
    await stripe.customers.list();
    for (const _ of [1, 2]) expect(await refusal(stripe.products.list())).toMatchObject({ statusCode: 500 });
    expect((await stripe.products.list()).object).toBe("list");
    expect(await running.control("GET", "/requests")).toEqual([]);
  });
});

test("an id that is not known is told", async () => {
  const ask = async (path: string, body?: object) => {
    const reply = await forgeRequest(`${running.fake.control}${path}`, {
      method: "POST",
      body: JSON.stringify(body ?? {}),
    });
    return [reply.status, (reply.json() as { code: string }).code];
  };
  expect(await ask("/charges/ch_none/dispute")).toEqual([404, "object_unknown"]);
  expect(await ask("/events/evt_none/resend")).toEqual([404, "object_unknown"]);
  expect(await ask("/payment-intents/pi_none/authenticate", { succeeds: true })).toEqual([
    404,
    "object_unknown",
  ]);
  expect(await ask("/webhook-endpoints/we_none/roll", { oldSecretSeconds: 1 })).toEqual([
    404,
    "object_unknown",
  ]);
  expect(await ask("/webhook-endpoints/we_none/roll", {})).toEqual([400, "body_invalid"]);
  expect(await ask("/subscriptions/sub_none/cancel")).toEqual([404, "object_unknown"]);
  const customer = await forgeRequest(`${running.fake.control}/customers/cus_none`);
  expect([customer.status, customer.json()]).toMatchObject([404, { code: "object_unknown" }]);
});

test("a customer's subscriptions and charges are shown, and a subscription is ended once", async () => {
  const { customer, monthly, dearer } = await openShop(stripe);
  await openShop(stripe);
  const first = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: monthly.id }],
  });
  const second = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: dearer.id }] });
  const show = () => running.control("GET", `/customers/${customer.id}`);
  const charge = (amount: number) => ({
    id: expect.stringMatching(/^ch_/),
    status: "succeeded",
    amount,
    currency: "usd",
    disputed: false,
  });
  const charges = [charge(5_000), charge(2_000)];
  expect(await show()).toEqual({
    id: customer.id,
    subscriptions: [
      { id: second.id, status: "active" },
      { id: first.id, status: "active" },
    ],
    charges,
  });

  const cancel = () =>
    forgeRequest(`${running.fake.control}/subscriptions/${first.id}/cancel`, { method: "POST" });
  expect((await cancel()).json()).toEqual({ id: first.id, status: "canceled" });
  expect((await stripe.subscriptions.retrieve(first.id)).status).toBe("canceled");
  const again = await cancel();
  expect([again.status, again.json()]).toMatchObject([
    400,
    { code: "refused", detail: `Subscription ${first.id} is canceled and cannot be canceled.` },
  ]);
  expect(await show()).toMatchObject({ subscriptions: [{ status: "active" }, { status: "canceled" }] });
});

test("settings replace those in force; what is not named is as at the start", async () => {
  const changed = await running.control("PUT", "/settings", {
    retryAfterDays: [1],
    afterLastRetry: "unpaid",
  });
  expect(changed).toEqual({
    retryAfterDays: [1],
    afterLastRetry: "unpaid",
    pauseAfterFirstFailure: false,
    onDispute: "nothing",
    checkoutWaitsForWebhook: true,
  });
  expect(await running.control("PUT", "/settings", {})).toMatchObject({
    retryAfterDays: [3, 5, 7],
    afterLastRetry: "cancel",
  });
});
