import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { forgeRequest, type Reply } from "../../loopback/forge-request.ts";
import { day, openShop, type RunningStripe, refusal, runStripe, type Shop } from "../running-stripe.ts";
import { type Receiver, startReceiver } from "../webhooks/receiver.ts";

let running: RunningStripe;
let stripe: Stripe;
let shop: Shop;
let receiver: Receiver;

beforeEach(async () => {
  running = await runStripe();
  stripe = running.stripe;
  shop = await openShop(stripe, null);
  receiver = await startReceiver();
});
afterEach(async () => {
  await running.fake.close();
  await receiver.close();
});

const open = (more: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  stripe.checkout.sessions.create({
    mode: "subscription",
    customer: shop.customer.id,
    line_items: [{ price: shop.monthly.id }],
    success_url: "http://127.0.0.1:4999/done?session={CHECKOUT_SESSION_ID}",
    cancel_url: "http://127.0.0.1:4999/plans",
    ...more,
  });

const submit = (
  session: Stripe.Checkout.Session,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply> =>
  forgeRequest(session.url ?? "", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
const visa = { method: "pm_card_visa" };

describe("the page of a session", () => {
  test("shows what is sold, without a script, and may lead to the success URL only", async () => {
    const reply = await forgeRequest((await open()).url ?? "");
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("1 × Gold: 20.00 USD");
    expect(reply.body).not.toContain("<script");
    expect(reply.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self' http:\/\/127\.0\.0\.1:4999; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(reply.headers["referrer-policy"]).toBe("same-origin");
  });

  test("escapes what others wrote", async () => {
    const product = await stripe.products.create({ name: `<img src=x onerror="alert(1)">` });
    const price = await stripe.prices.create({
      product: product.id,
      currency: "usd",
      unit_amount: 1,
      recurring: { interval: "month" },
    });
    const session = await open({
      line_items: [{ price: price.id }],
      cancel_url: `http://127.0.0.1:4999/"><script>`,
    });
    const { body } = await forgeRequest(session.url ?? "");
    expect(body).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(body).not.toMatch(/<img|<script/);
  });

  test("takes no form of another site's page, and none that is too large", async () => {
    const session = await open();
    expect((await submit(session, visa, { origin: "https://evil.example" })).status).toBe(403);
    expect((await submit(session, { ...visa, padding: "x".repeat(9_000) })).status).toBe(413);
    expect((await submit(session, { method: "pm_card_unheard_of" })).status).toBe(400);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe("open");
  });

  test("does not exist for an id that was guessed", async () => {
    expect((await forgeRequest(`${running.fake.url}/c/pay/cs_test_guess`)).status).toBe(404);
    expect((await forgeRequest(`${running.fake.url}/c/%2e%2e/pay`)).status).toBe(404);
  });
});

describe("paying", () => {
  test("makes the subscription, tells it, and then leads to the success URL", async () => {
    await stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["checkout.session.completed", "customer.subscription.created"],
    });
    const session = await open({ metadata: { a: "1" }, subscription_data: { metadata: { user: "zoe" } } });
    const reply = await submit(session, visa);
    expect([reply.status, reply.headers.location]).toEqual([
      303,
      `http://127.0.0.1:4999/done?session=${session.id}`,
    ]);
    expect(receiver.types()).toEqual(["customer.subscription.created", "checkout.session.completed"]);
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ["subscription", "line_items"],
    });
    expect(done).toMatchObject({
      status: "complete",
      payment_status: "paid",
      url: null,
      metadata: { a: "1" },
      subscription: { status: "active", metadata: { user: "zoe" }, customer: shop.customer.id },
      line_items: { data: [{ amount_total: 2_000 }] },
    });
  });

  test("twice makes one subscription", async () => {
    const session = await open();
    await Promise.all([submit(session, visa), submit(session, visa), submit(session, visa)]);
    expect((await stripe.subscriptions.list({ customer: shop.customer.id })).data).toHaveLength(1);
  });

  test("without a customer makes one, with the e-mail that was typed", async () => {
    const { url, id } = await stripe.checkout.sessions.create({
      mode: "subscription",
      line_items: [{ price: shop.monthly.id }],
      success_url: "http://127.0.0.1:4999/done",
    });
    const session = { url, id } as Stripe.Checkout.Session;
    expect((await submit(session, visa)).status).toBe(400);
    expect((await submit(session, { ...visa, email: "new@example.com" })).status).toBe(303);
    const done = await stripe.checkout.sessions.retrieve(id, { expand: ["customer"] });
    expect(done.customer).toMatchObject({ email: "new@example.com" });
  });

  test.each([
    ["with a card that is declined", { method: "pm_card_chargeCustomerFail" }, "Your card was declined."],
    [
      "whose authentication fails",
      { method: "pm_card_authenticationRequired", authentication: "fails" },
      "The authentication failed.",
    ],
  ])("%s leaves the session open and makes no subscription", async (_, fields, message) => {
    const session = await open();
    const reply = await submit(session, fields);
    expect([reply.status, reply.body.includes(message)]).toEqual([402, true]);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe("open");
    expect((await stripe.subscriptions.list({ customer: shop.customer.id, status: "all" })).data).toEqual([]);
    expect((await submit(session, visa)).status).toBe(303);
  });

  test("with an authentication that succeeds works", async () => {
    expect((await submit(await open(), { method: "pm_card_authenticationRequired" })).status).toBe(303);
  });

  test.each([
    ["pm_usBankAccount_success", "checkout.session.async_payment_succeeded", "paid"],
    ["pm_usBankAccount_insufficientFunds", "checkout.session.async_payment_failed", "unpaid"],
  ])("by bank debit is known days later: %s", async (method, type, status) => {
    const session = await open();
    await submit(session, { method });
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["subscription"] });
    expect([done.payment_status, (done.subscription as Stripe.Subscription).status]).toEqual([
      "unpaid",
      "active",
    ]);
    await running.clock.advance((4 * day + 1) * 1_000);
    expect((await stripe.events.list({ type })).data).toHaveLength(1);
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(status);
  });

  test("for a trial costs nothing yet", async () => {
    const session = await open({ subscription_data: { trial_period_days: 14 } });
    await submit(session, visa);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["subscription"] });
    expect(done).toMatchObject({
      payment_status: "no_payment_required",
      subscription: { status: "trialing" },
    });
  });
});

describe("a session", () => {
  test("expires after a day, or when asked, and its page with it", async () => {
    const first = await open();
    const second = await open();
    await stripe.checkout.sessions.expire(first.id);
    await running.clock.advance(day * 1_000);
    expect((await stripe.events.list({ type: "checkout.session.expired" })).data).toHaveLength(2);
    expect((await submit(second, visa)).status).toBe(410);
    expect(await refusal(stripe.checkout.sessions.expire(first.id))).toMatchObject({ statusCode: 400 });
  });

  test("that is complete does not expire", async () => {
    const session = await open();
    await submit(session, visa);
    await running.clock.advance(2 * day * 1_000);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe("complete");
  });

  test("is refused with a price that is none, and without a price", async () => {
    expect(await refusal(open({ line_items: [{ price: "price_none" }] }))).toMatchObject({
      param: "line_items[0][price]",
    });
    expect(await refusal(open({ line_items: [] as never }))).toMatchObject({
      statusCode: 400,
      param: "line_items",
    });
    expect(await refusal(open({ mode: "payment" }))).toMatchObject({ statusCode: 400, param: "mode" });
  });
});
