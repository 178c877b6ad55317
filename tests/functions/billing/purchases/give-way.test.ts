import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cancelUnpaid, closeSession } from "../../../../functions/billing/purchases/give-way.ts";
import { openShop, type RunningStripe, runStripe, type Shop } from "../../../local/stripe/running-stripe.ts";

let running: RunningStripe;
let shop: Shop;
beforeEach(async () => {
  running = await runStripe();
  shop = await openShop(running.stripe);
});
afterEach(() => running.fake.close());

const ports = () => ({
  stripe: running.stripe,
  resilient: <T>(call: (options: { timeout: number }) => Promise<T>) => call({ timeout: 6_000 }),
});

/** A subscription whose first payment waits. */
const unpaid = () =>
  running.stripe.subscriptions.create({
    ...{ customer: shop.customer.id, items: [{ price: shop.monthly.id }] },
    ...{ payment_behavior: "default_incomplete", expand: ["latest_invoice"] },
  });
const statusesOf = async (id: string, invoice: string) => [
  (await running.stripe.subscriptions.retrieve(id)).status,
  (await running.stripe.invoices.retrieve(invoice)).status,
];
const fail = (method: string, path: string, more: object = {}) =>
  running.control("PUT", "/requests", [{ kind: "error", method, path, ...more }]);

test.each(["an id", "an object"])(
  "what was not paid is cancelled, its invoice void first: as %s",
  async (as) => {
    const { id, latest_invoice } = await unpaid();
    const invoice = (latest_invoice as { id: string }).id;
    const given = as === "an id" ? { id, latest_invoice: invoice } : { id, latest_invoice };
    expect(await cancelUnpaid(ports(), given)).toBe("canceled");
    expect(await statusesOf(id, invoice)).toEqual(["canceled", "void"]);
  },
);

test("it is cancelled by the next try when the answer to the first was lost", async () => {
  const { id, latest_invoice } = await unpaid();
  const invoice = (latest_invoice as { id: string }).id;
  await running.stripe.invoices.voidInvoice(invoice);
  expect(await cancelUnpaid(ports(), { id, latest_invoice: invoice })).toBe("canceled");
  expect(await cancelUnpaid(ports(), { id: "sub_gone", latest_invoice: null })).toBe("canceled");
});

test("what was paid at that moment is kept", async () => {
  const { id, latest_invoice } = await unpaid();
  const invoice = (latest_invoice as { id: string }).id;
  await running.stripe.invoices.pay(invoice, { payment_method: "pm_card_visa" });
  expect(await cancelUnpaid(ports(), { id, latest_invoice: invoice })).toBe("kept");
  expect(await statusesOf(id, invoice)).toEqual(["active", "paid"]);
});

test("while Stripe fails nothing is cancelled, and nothing said", async () => {
  const { id, latest_invoice } = await unpaid();
  const invoice = (latest_invoice as { id: string }).id;
  await fail("POST", `/v1/invoices/${invoice}/void`, { times: 9 });
  await expect(cancelUnpaid(ports(), { id, latest_invoice: invoice })).rejects.toThrow();
  expect(await statusesOf(id, invoice)).toEqual(["incomplete", "open"]);
});

const session = () =>
  running.stripe.checkout.sessions.create({
    ...{ customer: shop.customer.id, mode: "subscription", success_url: "https://app.example.com/paid" },
    line_items: [{ price: shop.monthly.id, quantity: 1 }],
  });

test("an open page is closed, and one that is closed already is no fault", async () => {
  const { id } = await session();
  await closeSession(ports(), id);
  await closeSession(ports(), id);
  expect((await running.stripe.checkout.sessions.retrieve(id)).status).toBe("expired");
});

test("one that Stripe could not close is a fault, since it can still be paid", async () => {
  const { id } = await session();
  await fail("POST", `/v1/checkout/sessions/${id}/expire`, { times: 9 });
  await expect(closeSession(ports(), id)).rejects.toThrow();
});
