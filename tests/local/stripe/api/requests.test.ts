import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { forgeRequest } from "../../loopback/forge-request.ts";
import { clientOf, openShop, type RunningStripe, refusal, runStripe, type Shop } from "../running-stripe.ts";

let running: RunningStripe;
let stripe: Stripe;
let shop: Shop;

beforeAll(async () => {
  running = await runStripe();
  stripe = running.stripe;
  shop = await openShop(stripe);
});
afterAll(() => running.fake.close());

const clientWith = (key: string) => {
  const { host, port } = running.fake;
  return new Stripe(key, { host, port, protocol: "http", telemetry: false, maxNetworkRetries: 0 });
};

describe("a key", () => {
  test("that is wrong gets 401, and is not repeated", async () => {
    const error = await refusal(clientWith("sk_test_fake_wrong_0123456789abcdef").customers.list());
    expect(error).toMatchObject({ statusCode: 401, type: "StripeAuthenticationError" });
    expect(error.message).toBe("Invalid API Key provided: sk_test_********cdef");
  });

  test.each(["sk_live_0123456789abcdef", "rk_live_0123456789abcdef"])(
    "for live mode is refused: %s",
    async (key) => {
      const error = await refusal(clientWith(key).customers.list());
      expect(error).toMatchObject({ statusCode: 401, type: "StripeAuthenticationError" });
      expect(error.message).toContain("never takes a live key");
    },
  );

  test("may come by basic authentication, as curl sends it", async () => {
    const authorization = `Basic ${Buffer.from(`${running.fake.secretKey}:`).toString("base64")}`;
    expect(
      (await forgeRequest(`${running.fake.url}/v1/customers`, { headers: { authorization } })).status,
    ).toBe(200);
    expect((await forgeRequest(`${running.fake.url}/v1/customers`)).status).toBe(401);
  });
});

describe("an unknown path", () => {
  test("is an error to the SDK, which takes a 404 without an error for success", async () => {
    expect(await refusal(stripe.coupons.list())).toMatchObject({
      statusCode: 404,
      type: "StripeInvalidRequestError",
      message: "Unrecognized request URL (GET: /v1/coupons).",
    });
    expect(running.troubles).toContain("The Stripe fake has no GET /v1/coupons.");
  });

  test("outside of the API is Stripe-shaped too", async () => {
    const headers = { authorization: `Bearer ${running.fake.secretKey}` };
    const reply = await forgeRequest(`${running.fake.url}/elsewhere`, { headers });
    expect([reply.status, reply.json()]).toEqual([
      404,
      { error: expect.objectContaining({ type: "invalid_request_error" }) },
    ]);
  });
});

describe("parameters", () => {
  test.each([
    ["one that is unknown", { colour: "red" }, "parameter_unknown", "colour"],
    [
      "one that is nested and unknown",
      { address: { planet: "Mars" } },
      "parameter_unknown",
      "address[planet]",
    ],
    ["an e-mail that is none", { email: "nobody" }, undefined, "email"],
    ["a country that is none", { address: { country: "Mars" } }, undefined, "address[country]"],
    [
      "metadata with a long name",
      { metadata: { ["k".repeat(41)]: "v" } },
      undefined,
      `metadata[${"k".repeat(41)}]`,
    ],
    ["metadata with a long value", { metadata: { k: "v".repeat(501) } }, undefined, "metadata[k]"],
    [
      "51 keys of metadata",
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, "v"])) },
      undefined,
      "metadata",
    ],
  ])("refuses %s", async (_, given, code, param) => {
    const error = await refusal(stripe.customers.create(given as Stripe.CustomerCreateParams));
    expect(error).toMatchObject({ statusCode: 400, type: "StripeInvalidRequestError", code, param });
  });

  test("refuses one that is missing, and one that is no integer", async () => {
    const create = (given: object) => refusal(stripe.prices.create(given as Stripe.PriceCreateParams));
    expect(await create({ currency: "usd", product: "prod_x" })).toMatchObject({
      code: "parameter_missing",
      param: "unit_amount",
    });
    expect(await create({ currency: "usd", product: "prod_x", unit_amount: "ten" })).toMatchObject({
      code: "parameter_invalid_integer",
      param: "unit_amount",
    });
  });

  test("refuses an object that does not exist: 404 in the path, 400 in a parameter", async () => {
    expect(await refusal(stripe.customers.retrieve("cus_none"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
      param: "id",
      message: "No such customer: 'cus_none'",
    });
    const creation = stripe.subscriptions.create({
      customer: "cus_none",
      items: [{ price: shop.monthly.id }],
    });
    expect(await refusal(creation)).toMatchObject({
      statusCode: 400,
      code: "resource_missing",
      param: "customer",
    });
  });

  test("metadata is merged: an empty value unsets its key, an empty text all", async () => {
    const { id } = await stripe.customers.create({ metadata: { a: "1", b: "2" } });
    expect((await stripe.customers.update(id, { metadata: { b: "", c: "3" } })).metadata).toEqual({
      a: "1",
      c: "3",
    });
    expect((await stripe.customers.update(id, { name: "Zoë" })).metadata).toEqual({ a: "1", c: "3" });
    expect((await stripe.customers.update(id, { metadata: "" })).metadata).toEqual({});
  });

  test("metadata takes the names of JavaScript's own members", async () => {
    const metadata = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    const { id } = await stripe.customers.create({ metadata: { constructor: "y" } as never });
    const reply = await forgeRequest(`${running.fake.url}/v1/customers/${id}`, {
      method: "POST",
      headers: { authorization: `Bearer ${running.fake.secretKey}` },
      body: "metadata[__proto__]=x",
    });
    expect(JSON.stringify((reply.json() as { metadata: object }).metadata)).toBe(
      '{"constructor":"y","__proto__":"x"}',
    );
    expect(Object.keys(metadata)).toHaveLength(2);
  });

  test("a body that is too large gets 413 in Stripe's form", async () => {
    const reply = await forgeRequest(`${running.fake.url}/v1/customers`, {
      method: "POST",
      headers: { authorization: `Bearer ${running.fake.secretKey}` },
      body: `name=${"x".repeat(300_000)}`,
    });
    expect([reply.status, reply.json()]).toEqual([
      413,
      { error: expect.objectContaining({ type: "invalid_request_error" }) },
    ]);
  });
});

describe("a customer", () => {
  test("keeps the tax ids that it came with, and takes more", async () => {
    const tax_id_data = [{ type: "eu_vat" as const, value: "DE123456789" }];
    const { id } = await stripe.customers.create({ tax_id_data });
    await stripe.customers.createTaxId(id, { type: "gb_vat", value: "GB123456789" });
    const customer = await stripe.customers.retrieve(id, { expand: ["tax_ids"] });
    expect(customer).toMatchObject({
      tax_ids: { data: [{ value: "GB123456789" }, { value: "DE123456789" }] },
    });
  });

  test("is not made when something that it came with is refused", async () => {
    const email = "half@example.com";
    const wrong = stripe.customers.create({ email, tax_id_data: [{ type: "eu_vat", value: "?" }] });
    expect(await refusal(wrong)).toMatchObject({ statusCode: 400, code: "tax_id_invalid" });
    const declined = stripe.customers.create({ email, payment_method: "pm_card_visa_chargeDeclined" });
    expect(await refusal(declined)).toMatchObject({ statusCode: 402, code: "card_declined" });
    expect((await stripe.customers.list({ email })).data).toEqual([]);
  });
});

describe("expansion", () => {
  test("puts objects in the place of ids, through lists too", async () => {
    await stripe.subscriptions.create({ customer: shop.customer.id, items: [{ price: shop.monthly.id }] });
    const list = await stripe.subscriptions.list({
      customer: shop.customer.id,
      expand: ["data.customer", "data.items.data.price.product", "data.latest_invoice.payments"],
    });
    expect(list.data[0]).toMatchObject({
      customer: { object: "customer", email: "zoe@example.com" },
      items: { data: [{ price: { product: { object: "product", name: "Gold" } } }] },
      latest_invoice: { payments: { data: [{ status: "paid", amount_paid: 2_000 }] } },
    });
  });

  test("refuses a member that there is not, and five levels", async () => {
    const retrieve = (expand: string) =>
      refusal(stripe.customers.retrieve(shop.customer.id, { expand: [expand] }));
    expect(await retrieve("boss")).toMatchObject({ message: "This property cannot be expanded (boss)." });
    expect(await retrieve("a.b.c.d.e")).toMatchObject({
      message: "You cannot expand more than 4 levels of a property: a.b.c.d.e",
    });
  });
});

describe("a list", () => {
  test("is newest first and goes page by page, both ways", async () => {
    const names = ["one", "two", "three", "four", "five"];
    const products: Stripe.Product[] = [];
    for (const name of names) products.push(await stripe.products.create({ name }));
    const ids = products.map(({ id }) => id);
    const page = await stripe.products.list({ ids, limit: 2 });
    expect([page.data.map(({ name }) => name), page.has_more]).toEqual([["five", "four"], true]);
    const next = await stripe.products.list({ ids, limit: 2, starting_after: page.data[1]?.id ?? "" });
    expect(next.data.map(({ name }) => name)).toEqual(["three", "two"]);
    const back = await stripe.products.list({ ids, limit: 2, ending_before: ids[0] ?? "" });
    expect([back.data.map(({ name }) => name), back.has_more]).toEqual([["three", "two"], true]);
    const all: string[] = [];
    for await (const { name } of stripe.products.list({ ids, limit: 2 })) all.push(name);
    expect(all).toEqual(["five", "four", "three", "two", "one"]);
  });

  test("refuses a cursor that it does not have, and more than 100", async () => {
    expect(await refusal(stripe.products.list({ starting_after: "prod_none" }))).toMatchObject({
      param: "starting_after",
    });
    expect(await refusal(stripe.products.list({ limit: 101 }))).toMatchObject({ param: "limit" });
  });
});

describe("an API version", () => {
  test("shapes the answer: before basil a subscription had its period itself", async () => {
    const old = clientOf(running.fake, { apiVersion: "2024-06-20" as never });
    const created = await old.subscriptions.create({
      customer: shop.customer.id,
      items: [{ price: shop.monthly.id }],
      expand: ["latest_invoice"],
    });
    expect(created).toMatchObject({
      current_period_start: 1_893_456_000,
      current_period_end: 1_896_134_400,
      latest_invoice: { subscription: created.id, paid: true },
    });
    expect(await stripe.subscriptions.retrieve(created.id)).not.toHaveProperty("current_period_end");
  });

  test("that is none is refused", async () => {
    const wrong = clientOf(running.fake, { apiVersion: "2031-01-01" as never });
    expect((await refusal(wrong.customers.list())).message).toContain(
      "Invalid Stripe API version: 2031-01-01",
    );
  });
});

test("every answer carries an id of its own, which is that of the events it caused", async () => {
  const customer = await stripe.customers.create({ name: "Zoë" }, { idempotencyKey: "zoe-1" });
  const events = await stripe.events.list({ type: "customer.created", limit: 1 });
  expect(customer.lastResponse.requestId).toMatch(/^req_\w{20,}$/);
  expect(events.data[0]?.request).toEqual({ id: customer.lastResponse.requestId, idempotency_key: "zoe-1" });
});
