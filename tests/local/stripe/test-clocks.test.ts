import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { day, openShop, type RunningStripe, refusal, runStripe, useCard } from "./running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;

beforeEach(async () => {
  running = await runStripe();
  stripe = running.stripe;
});
afterEach(() => running.fake.close());

const start = Date.UTC(2031, 5, 1) / 1_000;
const clockAt = (frozen_time: number) =>
  stripe.testHelpers.testClocks.create({ frozen_time, name: "a year" });

/** Advances and asks until the clock is ready. */
async function advance(id: string, frozen_time: number): Promise<Stripe.TestHelpers.TestClock> {
  await stripe.testHelpers.testClocks.advance(id, { frozen_time });
  for (;;) {
    const clock = await stripe.testHelpers.testClocks.retrieve(id);
    if (clock.status !== "advancing") return clock;
  }
}

test("a test clock is the time of its customers alone, and what falls due happens at its own time", async () => {
  const clock = await clockAt(start);
  const inside = await openShop(stripe, "pm_card_visa", clock.id);
  const outside = await openShop(stripe);
  const subscribe = ({ customer, monthly }: typeof inside) =>
    stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  const first = await subscribe(inside);
  const second = await subscribe(outside);
  expect([first.created, second.created, first.test_clock]).toEqual([start, 1_893_456_000, clock.id]);

  const ready = await advance(clock.id, start + 40 * day);
  expect(ready).toMatchObject({ status: "ready", frozen_time: start + 40 * day, status_details: {} });
  const invoices = await stripe.invoices.list({ subscription: first.id });
  expect(invoices.data.map(({ created, status }) => [created, status])).toEqual([
    [start + 30 * day, "paid"],
    [start, "paid"],
  ]);
  expect(invoices.data[0]?.status_transitions).toMatchObject({
    finalized_at: start + 30 * day + 3_600,
    paid_at: start + 30 * day + 3_600,
  });
  expect((await stripe.invoices.list({ subscription: second.id })).data).toHaveLength(1);
});

test("dunning runs its whole course in one move", async () => {
  const clock = await clockAt(start);
  const { customer, monthly } = await openShop(stripe, "pm_card_visa", clock.id);
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  await useCard(stripe, customer.id, "pm_card_chargeCustomerFail");
  await advance(clock.id, start + 60 * day);
  const subscription = await stripe.subscriptions.retrieve(id);
  expect([subscription.status, subscription.ended_at]).toEqual(["canceled", start + 45 * day + 3_600]);
  const failed = await stripe.events.list({ type: "invoice.payment_failed" });
  expect(failed.data).toHaveLength(4);
});

test("a first payment that never comes expires by the test clock", async () => {
  const clock = await clockAt(start);
  const { customer, monthly } = await openShop(stripe, null, clock.id);
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: monthly.id }],
    payment_behavior: "default_incomplete",
  });
  await running.clock.advance(2 * day * 1_000);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe("incomplete");
  await advance(clock.id, start + day);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe("incomplete_expired");
});

test("a clock goes forward only, two intervals at most, and one move at a time", async () => {
  const clock = await clockAt(start);
  const { customer, monthly } = await openShop(stripe, "pm_card_visa", clock.id);
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  const move = (frozen_time: number) =>
    refusal(stripe.testHelpers.testClocks.advance(clock.id, { frozen_time }));
  expect(await move(start)).toMatchObject({ statusCode: 400, param: "frozen_time" });
  expect(await move(start + 63 * day)).toMatchObject({ statusCode: 400, param: "frozen_time" });
  expect((await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: start + day })).status).toBe(
    "advancing",
  );
});

test("customers and subscriptions of a test clock are listed with it only, and go with it", async () => {
  const clock = await clockAt(start);
  const { customer, monthly } = await openShop(stripe, "pm_card_visa", clock.id);
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  expect((await stripe.customers.list()).data).toEqual([]);
  expect((await stripe.subscriptions.list()).data).toEqual([]);
  expect((await stripe.customers.list({ test_clock: clock.id })).data.map((one) => one.id)).toEqual([
    customer.id,
  ]);
  await stripe.testHelpers.testClocks.del(clock.id);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe("canceled");
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
});
