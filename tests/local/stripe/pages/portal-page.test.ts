import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { forgeRequest } from "../../loopback/forge-request.ts";
import { openShop, type RunningStripe, refusal, runStripe, type Shop } from "../running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;
let shop: Shop;
let subscription: Stripe.Subscription;

beforeAll(async () => {
  running = await runStripe();
  stripe = running.stripe;
  shop = await openShop(stripe);
  subscription = await stripe.subscriptions.create({
    customer: shop.customer.id,
    items: [{ price: shop.monthly.id }],
  });
});
afterAll(() => running.fake.close());

const open = (more: Partial<Stripe.BillingPortal.SessionCreateParams> = {}) =>
  stripe.billingPortal.sessions.create({
    customer: shop.customer.id,
    return_url: "http://127.0.0.1:4999/account",
    ...more,
  });
const press = (url: string, action: string, id = subscription.id) =>
  forgeRequest(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ action, subscription: id }).toString(),
  });
const now = () => stripe.subscriptions.retrieve(subscription.id);

test("the portal cancels at the end of the period, and takes it back", async () => {
  const { url } = await open();
  const page = await forgeRequest(url);
  expect(page.body).toContain("Gold: active");
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  expect((await press(url, "cancel")).status).toBe(303);
  expect(await now()).toMatchObject({
    status: "active",
    cancel_at_period_end: true,
    cancel_at: 1_896_134_400,
  });
  expect((await forgeRequest(url)).body).toContain("ends 2030-02-01");
  await press(url, "resume");
  expect(await now()).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
});

test("a deep link to cancel leads back when it is done", async () => {
  const { url } = await open({
    flow_data: {
      type: "subscription_cancel",
      subscription_cancel: { subscription: subscription.id },
      after_completion: { type: "redirect", redirect: { return_url: "http://127.0.0.1:4999/bye" } },
    },
  });
  expect((await press(url, "cancel")).headers.location).toBe("http://127.0.0.1:4999/bye");
});

test("nobody reaches another customer's subscription", async () => {
  const other = await openShop(stripe);
  const theirs = await stripe.subscriptions.create({
    customer: other.customer.id,
    items: [{ price: other.monthly.id }],
  });
  const { url } = await open();
  expect((await press(url, "cancel", theirs.id)).status).toBe(400);
  expect((await stripe.subscriptions.retrieve(theirs.id)).cancel_at_period_end).toBe(false);
  const stolen = open({
    flow_data: { type: "subscription_cancel", subscription_cancel: { subscription: theirs.id } },
  });
  expect(await refusal(stolen)).toMatchObject({ statusCode: 400 });
});

test("a session is over after an hour", async () => {
  const { url } = await open();
  await running.clock.advance(3_600_000);
  expect((await forgeRequest(url)).status).toBe(404);
  expect((await press(url, "cancel")).status).toBe(404);
});
