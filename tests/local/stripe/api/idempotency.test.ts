import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import {
  clientOf,
  day,
  openShop,
  type RunningStripe,
  refusal,
  runStripe,
  type Shop,
} from "../running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;
let shop: Shop;

beforeAll(async () => {
  running = await runStripe();
  stripe = running.stripe;
  shop = await openShop(stripe);
});
afterAll(() => running.fake.close());

test("the same request with the same key takes effect once and is answered alike", async () => {
  const create = () => stripe.customers.create({ name: "once" }, { idempotencyKey: "same" });
  const first = await create();
  const second = await create();
  expect(second).toEqual(first);
  expect(second.lastResponse.headers).toMatchObject({
    "idempotent-replayed": "true",
    "original-request": first.lastResponse.requestId,
  });
  expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
});

test("the same key with other parameters, or at another path, is refused", async () => {
  await stripe.customers.create({ name: "a" }, { idempotencyKey: "other" });
  const changed = refusal(stripe.customers.create({ name: "b" }, { idempotencyKey: "other" }));
  expect(await changed).toMatchObject({ statusCode: 400, type: "StripeIdempotencyError" });
  const moved = refusal(stripe.products.create({ name: "a" }, { idempotencyKey: "other" }));
  expect(await moved).toMatchObject({ statusCode: 400, type: "StripeIdempotencyError" });
});

test("of fifty at once with one key one takes effect, and the others are told that it is in use", async () => {
  await running.control("PUT", "/requests", [
    { kind: "latency", path: "/v1/subscriptions", milliseconds: 1_000 },
  ]);
  const refused: unknown[] = [];
  const { promise: othersRefused, resolve } = Promise.withResolvers<void>();
  const create = () =>
    stripe.subscriptions
      .create(
        { customer: shop.customer.id, items: [{ price: shop.monthly.id }] },
        { idempotencyKey: "stampede" },
      )
      .catch(({ statusCode, code }: Stripe.errors.StripeError) => {
        refused.push([statusCode, code]);
        if (refused.length === 49) resolve();
        return undefined;
      });
  const all = Promise.all(Array.from({ length: 50 }, create));
  await othersRefused;
  await running.clock.advance(1_000);
  const created = (await all).flatMap((subscription) => subscription?.id ?? []);
  expect(created).toHaveLength(1);
  expect(new Set(refused.map(String))).toEqual(new Set(["409,idempotency_key_in_use"]));
  expect((await stripe.subscriptions.list({ customer: shop.customer.id })).data.map(({ id }) => id)).toEqual(
    created,
  );
});

test("an error on Stripe's side is kept: the retry gets it again, although the effect took place", async () => {
  await running.control("PUT", "/requests", [{ kind: "error", path: "/v1/customers", executed: true }]);
  const create = () =>
    refusal(stripe.customers.create({ email: "ghost@example.com" }, { idempotencyKey: "ghost" }));
  expect(await create()).toMatchObject({ statusCode: 500, type: "StripeAPIError" });
  expect(await create()).toMatchObject({ statusCode: 500, type: "StripeAPIError" });
  expect((await stripe.customers.list({ email: "ghost@example.com" })).data).toHaveLength(1);
});

test("a card that was declined is kept too, a refused parameter is not", async () => {
  const { customer, monthly } = await openShop(stripe, "pm_card_chargeCustomerFail");
  const wanted = {
    customer: customer.id,
    items: [{ price: monthly.id }],
    payment_behavior: "error_if_incomplete" as const,
  };
  const create = () => refusal(stripe.subscriptions.create(wanted, { idempotencyKey: "declined" }));
  expect(await create()).toMatchObject({ statusCode: 402, code: "card_declined" });
  await running.control("PUT", "/payments", []);
  expect(await create()).toMatchObject({ statusCode: 402, code: "card_declined" });

  const wrong = stripe.customers.create({ email: "nobody" }, { idempotencyKey: "typo" });
  expect(await refusal(wrong)).toMatchObject({ statusCode: 400, param: "email" });
  const right = await stripe.customers.create({ email: "somebody@example.com" }, { idempotencyKey: "typo" });
  expect(right.email).toBe("somebody@example.com");
});

test("an answer that is lost after the effect is found again by its key", async () => {
  await running.control("PUT", "/requests", [{ kind: "drop", path: "/v1/customers", executed: true }]);
  const lasting = clientOf(running.fake, { maxNetworkRetries: 2 });
  const customer = await lasting.customers.create({ email: "lost@example.com" }, { idempotencyKey: "lost" });
  expect(customer.lastResponse.headers["idempotent-replayed"]).toBe("true");
  expect((await stripe.customers.list({ email: "lost@example.com" })).data).toHaveLength(1);
});

test("a key is forgotten after 24 hours, not before", async () => {
  const create = () => stripe.customers.create({ name: "again" }, { idempotencyKey: "daily" });
  const first = await create();
  await running.clock.advance((day - 1) * 1_000);
  expect((await create()).id).toBe(first.id);
  await running.clock.advance(1_000);
  expect((await create()).id).not.toBe(first.id);
});

test("a key of more than 255 characters is refused", async () => {
  const long = stripe.customers.create({}, { idempotencyKey: "k".repeat(256) });
  expect(await refusal(long)).toMatchObject({ statusCode: 400, type: "StripeInvalidRequestError" });
});
