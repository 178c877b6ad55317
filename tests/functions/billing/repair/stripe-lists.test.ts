import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { stripeLists } from "../../../../functions/billing/repair/stripe-lists.ts";
import { undeliveredTypes } from "../../../../functions/billing/repair/undelivered-types.ts";
import { eventTypes } from "../../../../functions/billing/webhook/webhook-events.ts";
import { openShop, type RunningStripe, runStripe, type Shop } from "../../../local/stripe/running-stripe.ts";

let running: RunningStripe;
let shop: Shop;
beforeEach(async () => {
  running = await runStripe();
  shop = await openShop(running.stripe);
});
afterEach(() => running.fake.close());

const lists = () => stripeLists(running.stripe, (call) => call({ timeout: 6_000 }));
/** 2030-01-01. */
const start = 1_893_456_000;

test("all types that are made up for fit into one request", () => {
  expect(undeliveredTypes).toHaveLength(20);
  expect(Object.keys(eventTypes)).toEqual(expect.arrayContaining([...undeliveredTypes]));
  const money = ["charge.refunded", "charge.dispute.created", "radar.early_fraud_warning.created"];
  expect(undeliveredTypes).toEqual(expect.arrayContaining(money));
  expect(undeliveredTypes).not.toContain("charge.dispute.closed");
});

describe("undelivered events", () => {
  test("are those that failed, of our types and of the span, with the customer", async () => {
    const { stripe, control, clock } = running;
    await stripe.webhookEndpoints.create({ url: "http://127.0.0.1:9/hook", enabled_events: ["*"] });
    await control("PUT", "/deliveries", [
      { kind: "lose", times: 1_000, type: "customer.*" },
      { kind: "lose", times: 1_000, silently: true, type: "invoice.*" },
    ]);
    await stripe.customers.update(shop.customer.id, { name: "Zoë" });
    await clock.advance(10_000);
    await stripe.customers.update(shop.customer.id, { name: "Zoe" });
    await stripe.products.create({ name: "Another" });
    const customerId = shop.customer.id;
    const all = await lists().undelivered({ from: start, until: start + 100 });
    const type = "customer.updated";
    expect(all).toMatchObject({
      items: [
        { created: start + 10, customerId, type, objectId: customerId },
        { created: start, customerId, type },
      ],
      unreadable: 0,
    });
    expect((await lists().undelivered({ from: start + 1, until: start + 100 }))?.items).toHaveLength(1);
    expect((await lists().undelivered({ from: start, until: start + 9 }))?.items).toHaveLength(1);
    expect(await lists().undelivered({ from: start, until: start + 9 }, "evt_gone")).toBeUndefined();
  });
});

describe("money that went back", () => {
  test("is listed by what it is, of the span, with its charge, delivered or not", async () => {
    const { stripe, control, clock } = running;
    await stripe.subscriptions.create({ customer: shop.customer.id, items: [{ price: shop.monthly.id }] });
    const [charge] = (await stripe.charges.list()).data;
    const chargeId = charge?.id ?? "";
    await stripe.refunds.create({ charge: chargeId, amount: 1 });
    await clock.advance(10_000);
    await stripe.refunds.create({ charge: chargeId, amount: 2 });
    await control("POST", `/charges/${chargeId}/early-fraud-warning`);
    await control("POST", `/charges/${chargeId}/dispute`, {});
    const span = { from: start, until: start + 100 };
    const refunds = await lists().matters("refund", span);
    expect(refunds).toMatchObject({
      items: [
        { chargeId, created: start + 10 },
        { chargeId, created: start },
      ],
      unreadable: 0,
    });
    const newest = refunds?.items[0]?.id ?? "";
    expect((await lists().matters("refund", span, newest))?.items).toHaveLength(1);
    expect((await lists().matters("refund", { ...span, until: start + 9 }))?.items).toHaveLength(1);
    expect(await lists().matters("refund", span, "re_gone")).toBeUndefined();
    for (const [matter, prefix] of [
      ["dispute", "dp_"],
      ["fraud_warning", "issfr_"],
    ] as const) {
      const id = expect.stringMatching(new RegExp(`^${prefix}`));
      const items = [{ id, chargeId, created: start + 10, livemode: false }];
      expect(await lists().matters(matter, span)).toEqual({ items, unreadable: 0 });
      expect((await lists().matters(matter, { from: 0, until: start }))?.items).toEqual([]);
    }
  });
});

describe("subscriptions", () => {
  test("are all, ended ones too, with their customer's user and newest invoice", async () => {
    const { stripe } = running;
    const customer = shop.customer.id;
    await stripe.customers.update(customer, { metadata: { synapse_user: "acme#zoe" } });
    const made = await stripe.subscriptions.create({ customer, items: [{ price: shop.monthly.id }] });
    await stripe.subscriptions.cancel(made.id);
    expect(await lists().subscriptions()).toMatchObject({
      items: [
        {
          customerId: customer,
          user: "acme#zoe",
          subscription: { id: made.id, status: "canceled", latest_invoice: { status: "paid" } },
        },
      ],
      unreadable: 0,
    });
    await stripe.customers.update(customer, { metadata: { synapse_user: "nobody" } });
    expect((await lists().subscriptions())?.items[0]).not.toHaveProperty("user");
    await stripe.customers.del(customer);
    expect((await lists().subscriptions())?.items[0]).toMatchObject({ customerId: customer });
    expect(await lists().subscriptions("sub_gone")).toBeUndefined();
  });

  test("come a hundred a page, and what Stripe does not promise is left out", async () => {
    const asked: unknown[] = [];
    const data = [
      { id: "sub_1", object: "subscription" },
      ...Array.from({ length: 2 }, () => ({
        ...{ id: "sub_2", status: "active", customer: "cus_1", cancel_at_period_end: false, created: 1 },
        items: { data: [{ current_period_end: 5, price: { id: "price_1" } }] },
      })),
    ];
    const list = async (parameters: unknown) => {
      asked.push(parameters);
      return { data, has_more: true };
    };
    const odd = stripeLists({ subscriptions: { list } } as never, (call) => call({ timeout: 1 }));
    expect(await odd.subscriptions("sub_0")).toMatchObject({
      items: [{ customerId: "cus_1" }, { customerId: "cus_1" }],
      ...{ unreadable: 1, next: "sub_2" },
    });
    expect(asked).toMatchObject([{ limit: 100, starting_after: "sub_0", status: "all" }]);
  });
});

test("a cursor of Stripe's list may be an event that the list leaves out", async () => {
  const { stripe, control } = running;
  const receiver = { url: "http://127.0.0.1:9/hook", enabled_events: ["*" as const] };
  await stripe.webhookEndpoints.create(receiver);
  await control("PUT", "/deliveries", [{ kind: "lose", times: 2, silently: true, type: "customer.updated" }]);
  await stripe.customers.update(shop.customer.id, { name: "delivered" });
  const [delivered] = (await stripe.events.list({ type: "customer.updated" })).data;
  await control("PUT", "/deliveries", [{ kind: "lose", times: 9 }]);
  await stripe.customers.update(shop.customer.id, { name: "lost" });
  const page = await stripe.events.list({ delivery_success: false, ending_before: delivered?.id ?? "" });
  expect(page.data.map(({ type }) => type)).toEqual(["customer.updated"]);
});
