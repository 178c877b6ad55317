import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { stripeReader } from "../../../../functions/billing/projection/stripe-reader.ts";
import { openShop, type RunningStripe, runStripe, type Shop } from "../../../local/stripe/running-stripe.ts";

const once = <T>(call: (options: { timeout: number }) => Promise<T>) => call({ timeout: 6_000 });

let running: RunningStripe;
let shop: Shop;
let reader: ReturnType<typeof stripeReader>;
beforeEach(async () => {
  running = await runStripe();
  shop = await openShop(running.stripe);
  reader = stripeReader(running.stripe, once);
});
afterEach(() => running.fake.close());

test("the customer of a subscription, an invoice or a checkout session is found by its id", async () => {
  const { stripe } = running;
  const customer = shop.customer.id;
  const items = [{ price: shop.monthly.id }];
  const subscription = await stripe.subscriptions.create({ customer, items });
  const invoice = String(subscription.latest_invoice);
  const session = await stripe.checkout.sessions.create({
    ...{ customer, mode: "subscription", success_url: "https://app.example.com/paid" },
    line_items: [{ price: shop.monthly.id, quantity: 1 }],
  });
  for (const id of [subscription.id, invoice, session.id]) expect(await reader.customerOf(id)).toBe(customer);
});

test.each(["ch_1", "evt_1", "", "__proto__", "sub_gone", "in_gone", "cs_test_gone"])(
  "%j leads to no customer",
  async (id) => {
    expect(await reader.customerOf(id)).toBeUndefined();
  },
);

test("a customer has the user that it was made for, until it is deleted", async () => {
  const { id } = shop.customer;
  expect(await reader.userOf(id)).toBeUndefined();
  await running.stripe.customers.update(id, { metadata: { synapse_user: "acme#zoe" } });
  expect(await reader.userOf(id)).toBe("acme#zoe");
  await running.stripe.customers.del(id);
  expect(await reader.userOf(id)).toBeUndefined();
  expect(await reader.userOf("cus_gone")).toBeUndefined();
});

test("a customer that Stripe does not have has no subscriptions", async () => {
  expect(await reader.subscriptionsOf("cus_gone")).toEqual([]);
});

test("another refusal of Stripe's passes on", async () => {
  const refused = stripeReader(running.stripe, () => Promise.reject(new Error("no permission")));
  await expect(refused.subscriptionsOf(shop.customer.id)).rejects.toThrow("no permission");
});

const listing = (pages: readonly object[]) => {
  const asked: unknown[] = [];
  const list = async ({ starting_after }: { starting_after?: string }) => {
    asked.push(starting_after);
    return pages[asked.length - 1];
  };
  const stripe = { subscriptions: { list } } as unknown as Stripe;
  return { asked, reader: stripeReader(stripe, once) };
};

test("all pages of a customer's subscriptions are read", async () => {
  const { customer, monthly } = shop;
  const one = await running.stripe.subscriptions.create({
    ...{ customer: customer.id, items: [{ price: monthly.id }], expand: ["latest_invoice"] },
  });
  const { asked, reader: paged } = listing([
    { data: [one], has_more: true },
    { data: [{ ...one, id: "sub_2" }], has_more: false },
  ]);
  expect((await paged.subscriptionsOf("cus_1")).map(({ id }) => id)).toEqual([one.id, "sub_2"]);
  expect(asked).toEqual([undefined, one.id]);
});

test("a page without an end does not keep it from ending", async () => {
  const { asked, reader: paged } = listing([{ data: [], has_more: true }]);
  expect(await paged.subscriptionsOf("cus_1")).toEqual([]);
  expect(asked).toHaveLength(1);
});

test("what is no subscription is a fault", async () => {
  const { reader: bent } = listing([{ data: [{ id: 7 }], has_more: false }]);
  await expect(bent.subscriptionsOf("cus_1")).rejects.toMatchObject({ code: "stripe_malformed" });
});
