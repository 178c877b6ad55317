import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
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

describe("creation is idempotent", () => {
  test.each(["checkout", "in_app"])(
    "50 requests of one customer at once make one %s, and get one answer",
    async (mode) => {
      const answers = await Promise.all(
        // Two tabs, and each is impatient.
        Array.from({ length: 50 }, (_, index) =>
          world.post(purchaseOf("team", mode), key(`tab-${index % 2}`)),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      const { customers, subscriptions, sessions } = await world.atStripe();
      expect(customers).toHaveLength(1);
      expect([...subscriptions, ...sessions]).toHaveLength(1);
    },
    30_000,
  );

  test("the same key gives the same answer again, and with another body a refusal", async () => {
    const first = await world.post(purchaseOf("team"), key("1"));
    expect(await world.post(purchaseOf("team"), key("1"))).toEqual(first);
    expect(await world.post(purchaseOf("studio"), key("1"))).toMatchObject({
      status: 409,
      body: { code: "idempotency_key_reused", retryable: false },
    });
    expect(world.recorded.lines().map(({ outcome }) => outcome)).toEqual(["created", "replayed", "refused"]);
  });

  test("the same key of another user is another purchase", async () => {
    const first = await world.post(purchaseOf("team"), key("1"), "zoe");
    const second = await world.post(purchaseOf("team"), key("1"), "yan");
    expect(second.body.url).not.toBe(first.body.url);
    expect((await world.atStripe()).customers).toHaveLength(2);
  });

  test("another plan closes the page that was open, so that only one can be paid", async () => {
    await world.post(purchaseOf("team"), key("1"));
    await world.post(purchaseOf("studio"), key("2"));
    const { sessions } = await world.atStripe();
    expect(sessions.map(({ status, metadata }) => [metadata?.synapse_plan, status])).toEqual([
      ["studio", "open"],
      ["team", "expired"],
    ]);
  });

  test("a second live subscription of one plan group is refused, one of another group is not", async () => {
    const { body } = await world.post(purchaseOf("studio", "in_app"), key("1"));
    expect(body.status).toBe("trialing");
    for (const plan of ["studio", "team"]) {
      expect(await world.post(purchaseOf(plan), key(`again-${plan}`))).toMatchObject({
        status: 409,
        body: { code: "subscription_exists", retryable: false },
      });
    }
    expect(await world.post(purchaseOf("support"), key("other"))).toMatchObject({ status: 201 });
  });

  test("a function that died in the middle is taken up where it stopped, with its keys", async () => {
    const { attempts } = world.ports;
    let isDead = true;
    const real = attempts.write;
    Object.assign(attempts, {
      write: async (...args: Parameters<typeof real>) => {
        if (isDead && args[1].startsWith("group#") && args[2].leaseUntil === 0) throw new Error("killed");
        return real(...args);
      },
    });
    expect(await world.post(purchaseOf("team", "in_app"), key("1"))).toMatchObject({ status: 500 });
    isDead = false;
    await world.clock.advance(31_000);
    const { status, body } = await world.post(purchaseOf("team", "in_app"), key("1"));
    const { subscriptions } = await world.atStripe();
    expect([status, subscriptions.map(({ id }) => id)]).toEqual([201, [body.subscription]]);
  });
});

describe("requests to Stripe are retried", () => {
  const paths = ["/v1/customers", "/v1/checkout/sessions", "/v1/subscriptions"];
  const kinds = ["rate_limit", "lock_timeout", "error", "drop", "hang"];
  test.each(kinds.flatMap((kind) => [false, true].map((executed) => [kind, executed] as const)))(
    "after %s, executed: %j, there is one subscription",
    async (kind, executed) => {
      await world.control(
        "PUT",
        "/requests",
        paths.map((path) => ({ kind, path, method: "POST", executed })),
      );
      const circuit = stripeCircuit();
      const limits = { remaining: () => 60_000, firstPause: 1, attempt: 400 };
      Object.assign(world.ports, { resilientFor: () => resilientStripe(circuit, limits) });
      const answer = await world.post(purchaseOf("team", "in_app"), key("1"));
      const repeated =
        answer.status === 503 ? await world.post(purchaseOf("team", "in_app"), key("1")) : answer;
      expect(repeated).toMatchObject({ status: 201, body: { status: "incomplete" } });
      const { subscriptions } = await world.atStripe();
      expect(subscriptions.map(({ id }) => id)).toEqual([repeated.body.subscription]);
    },
  );

  test("while it stays away the caller is told to try again, and the next try goes on with the attempt", async () => {
    await world.control("PUT", "/requests", [
      { kind: "drop", path: "/v1/subscriptions", executed: true, times: 64 },
    ]);
    const down = await world.post(purchaseOf("team", "in_app"), key("1"));
    expect(down).toMatchObject({ status: 503, body: { code: "payment_unavailable", retryable: true } });
    expect(JSON.stringify(down.body)).not.toContain("127.0.0.1");
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed", code: "stripe_unavailable" }]);
    await world.control("PUT", "/requests", []);
    const circuit = stripeCircuit();
    Object.assign(world.ports, { resilientFor: () => resilientStripe(circuit, { remaining: () => 60_000 }) });
    const { body } = await world.post(purchaseOf("team", "in_app"), key("1"));
    expect((await world.atStripe()).subscriptions.map(({ id }) => id)).toEqual([body.subscription]);
  });

  test.each(["drop", "error"])(
    "an open purchase that gives way is cancelled once, though the answer is lost: %s",
    async (kind) => {
      const { body: first } = await world.post(purchaseOf("team", "in_app"), key("1"));
      await world.control("PUT", "/requests", [
        { kind, method: "DELETE", path: "/v1/subscriptions", executed: true },
      ]);
      const second = await world.post(purchaseOf("studio", "in_app"), key("2"));
      expect(second).toMatchObject({ status: 201, body: { plan: "studio", status: "incomplete" } });
      const { subscriptions } = await world.atStripe();
      expect(Object.fromEntries(subscriptions.map(({ id, status }) => [id, status]))).toEqual({
        [first.subscription]: "canceled",
        [second.body.subscription]: "incomplete",
      });
    },
  );

  test("what Stripe refuses is not repeated, and its words are not passed on", async () => {
    const plans = { team: { ...world.ports.plans.team, priceId: "price_gone" } };
    Object.assign(world.ports, { plans });
    const answer = await world.post(purchaseOf("team"), key("1"));
    expect(answer).toMatchObject({ status: 422, body: { code: "payment_refused" } });
    expect(answer.body.detail).not.toContain("price_gone");
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed", code: "stripe_refused" }]);
  });
});
