import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { customer, key, purchaseOf, subscriptionWorld } from "./subscription-world.ts";

let world: Awaited<ReturnType<typeof subscriptionWorld>>;
beforeEach(async () => {
  world = await subscriptionWorld();
});
afterEach(() => world.close());

describe("a purchase", () => {
  test("by checkout leads to a page of Stripe's, for the price of the plan", async () => {
    const { status, body } = await world.post(purchaseOf("team"), key("1"));
    expect([status, body]).toEqual([
      201,
      {
        plan: "team",
        mode: "checkout",
        status: "open",
        url: expect.stringMatching(/\/c\/pay\/cs_test_/),
        expiresAt: "2030-01-02T00:00:00.000Z",
      },
    ]);
    const { customers, sessions } = await world.atStripe();
    expect(customers).toMatchObject([
      {
        name: "Zoë Example",
        email: "zoe@example.com",
        address: { country: "DE" },
        metadata: { synapse_user: "acme#zoe" },
      },
    ]);
    expect(sessions).toMatchObject([{ customer: customers[0]?.id, metadata: { synapse_plan: "team" } }]);
    const items = await world.stripe.checkout.sessions.listLineItems(sessions[0]?.id ?? "");
    expect(items.data.map(({ price }) => price?.id)).toEqual([world.plans.team?.priceId]);
    expect(world.recorded.lines()).toMatchObject([{ event: "subscription", outcome: "created" }]);
    for (const secret of ["zoe", "Zoë", "sk_test"]) expect(world.recorded.text()).not.toContain(secret);
  });

  test("in the app has the secret that confirms its first payment", async () => {
    const { status, body } = await world.post(purchaseOf("team", "in_app"), key("1"));
    expect([status, body]).toEqual([
      201,
      {
        plan: "team",
        mode: "in_app",
        status: "incomplete",
        subscription: expect.stringMatching(/^sub_/),
        clientSecret: expect.stringMatching(/^pi_\w+_secret_/),
        clientSecretType: "payment_intent",
      },
    ]);
    const { subscriptions } = await world.atStripe();
    expect(subscriptions).toMatchObject([
      { id: body.subscription, metadata: { synapse_user: "acme#zoe", synapse_plan: "team" } },
    ]);
  });

  test("takes VAT id and address along, and only a verified e-mail address of the token", async () => {
    await world.close();
    world = await subscriptionWorld({
      tokens: {
        verify: async () => ({
          kind: "verified",
          subject: "zoe",
          claims: { tenant: "acme", email: "other@example.com", email_verified: "true" },
        }),
      },
    });
    const address = { line1: "Weg 1", city: "Berlin", postalCode: "10115" };
    const details = { ...customer, vatId: "DE123456789", address };
    expect(await world.post(purchaseOf("team", "checkout", details), key("1"))).toMatchObject({
      status: 201,
    });
    expect(await world.post(purchaseOf("team", "checkout", details), key("2"))).toMatchObject({
      status: 201,
    });
    const { customers } = await world.atStripe();
    expect(customers).toMatchObject([{ email: null, address: { line1: "Weg 1", postal_code: "10115" } }]);
    const taxIds = await world.stripe.customers.listTaxIds(customers[0]?.id ?? "");
    expect(taxIds.data.map(({ type, value }) => [type, value])).toEqual([["eu_vat", "DE123456789"]]);
  });

  test("in the app with a trial has the secret that keeps a card, which pays when the trial ends", async () => {
    const { body } = await world.post(purchaseOf("studio", "in_app"), key("1"));
    expect(body).toEqual({
      ...{ plan: "studio", mode: "in_app", status: "trialing" },
      subscription: expect.stringMatching(/^sub_/),
      clientSecret: expect.stringMatching(/^seti_\w+_secret_/),
      clientSecretType: "setup_intent",
    });
    const [intent = ""] = body.clientSecret.split("_secret_");
    await world.stripe.setupIntents.confirm(intent, { payment_method: "pm_card_visa" });
    // The same key has the same purchase, of which nothing is left to confirm.
    const again = (await world.post(purchaseOf("studio", "in_app"), key("1"))).body;
    expect(again).toEqual({
      ...{ plan: "studio", mode: "in_app", status: "trialing", subscription: body.subscription },
    });
    await world.clock.advance(40 * 86_400_000);
    expect(await world.stripe.subscriptions.retrieve(body.subscription)).toMatchObject({ status: "active" });
  });

  test("has the trial of its plan, but not for one who had a subscription before", async () => {
    const first = await world.post(purchaseOf("studio", "in_app"), key("1"));
    expect(first.body).toMatchObject({ status: "trialing" });
    await world.stripe.subscriptions.cancel(first.body.subscription);
    const second = await world.post(purchaseOf("studio", "in_app"), key("2"));
    expect(second.body).toMatchObject({ status: "incomplete" });
  });
});

describe("the price comes from the allowed plans", () => {
  test.each(["gold", "", "__proto__", "constructor", "price_1"])("plan %j is refused", async (plan) => {
    expect(await world.post(purchaseOf(plan), key("1"))).toMatchObject({
      status: 400,
      body: { code: "plan_unknown", field: "plan" },
    });
    expect((await world.atStripe()).customers).toEqual([]);
  });

  test.each(["price", "priceId", "amount", "trialDays", "line_items"])("%s is no field", async (field) => {
    const answer = await world.post({ ...purchaseOf(), [field]: "price_1" }, key("1"));
    expect(answer).toMatchObject({ status: 400, body: { code: "body_invalid" } });
    expect(answer.body).not.toHaveProperty("field");
  });
});

describe("customer data is validated", () => {
  const address = { line1: "Weg 1", city: "Berlin", postalCode: "10115" };
  test.each<[string, string, object]>([
    ["customer_name_invalid", "customer.name", { name: " " }],
    ["customer_name_invalid", "customer.name", { name: "x".repeat(101) }],
    ["customer_name_invalid", "customer.name", { name: "Zoe\u0000" }],
    ["customer_country_invalid", "customer.country", { country: "de" }],
    ["customer_country_invalid", "customer.country", { country: "XX" }],
    ["customer_country_invalid", "customer.country", { country: "EU" }],
    ["vat_id_invalid", "customer.vatId", { vatId: "FR123456789" }],
    ["vat_id_invalid", "customer.vatId", { vatId: "DE" }],
    ["vat_id_country_unsupported", "customer.vatId", { country: "US", vatId: "US12" }],
    ["billing_address_invalid", "customer.address.line1", { address: { ...address, line1: "" } }],
    ["billing_address_invalid", "customer.address.city", { address: { ...address, city: "x".repeat(101) } }],
    [
      "billing_address_invalid",
      "customer.address.postalCode",
      { address: { ...address, postalCode: "1\n2" } },
    ],
    ["body_invalid", "customer.address.city", { address: { ...address, city: 1 } }],
    ["body_invalid", "customer.name", { name: undefined }],
  ])("%s names %s", async (code, field, bent) => {
    const answer = await world.post(purchaseOf("team", "checkout", { ...customer, ...bent }), key("1"));
    expect(answer).toMatchObject({ status: 400, body: { code, field } });
    expect((await world.atStripe()).customers).toEqual([]);
  });

  test.each([
    [undefined, "idempotency_key_missing"],
    ["short", "idempotency_key_malformed"],
    ["x".repeat(256), "idempotency_key_malformed"],
    ["sixteen letters!!", "idempotency_key_malformed"],
  ])("the key %j: %s", async (given, code) => {
    expect(await world.post(purchaseOf(), given)).toMatchObject({ status: 400, body: { code } });
  });

  test.each<[string, number, string]>([
    ["{", 400, "body_not_json"],
    ["[]", 400, "body_invalid"],
    [JSON.stringify({ plan: "x".repeat(4_096) }), 413, "body_too_large"],
  ])("a body that is none is refused: case %#", async (body, status, code) => {
    expect(await world.post(body, key("1"))).toMatchObject({ status, body: { code } });
  });
});
