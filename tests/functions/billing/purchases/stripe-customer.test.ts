import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isStored500, stripeCustomerOf } from "../../../../functions/billing/purchases/stripe-customer.ts";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { subscriptionWorld } from "./subscription-world.ts";

let world: Awaited<ReturnType<typeof subscriptionWorld>>;
beforeEach(async () => {
  world = await subscriptionWorld();
});
afterEach(() => world.close());

const details = { name: " Zoë ", country: "DE" };
const ask = (more: object = {}, email?: string) =>
  stripeCustomerOf(
    {
      stripe: world.stripe,
      resilient: resilientStripe(stripeCircuit(), { remaining: () => 60_000, firstPause: 1 }),
      customerIds: world.ports.customerIds,
    },
    "acme#zoe",
    { ...details, ...more },
    email,
  );
const at = (id: string) => world.stripe.customers.retrieve(id);

test("a user has one customer, with what was said last", async () => {
  const id = await ask({}, "zoe@example.com");
  const address = { line1: "Weg 1", city: "Berlin", postalCode: "10115" };
  expect(await ask({ address: { ...address, line2: "Hof", state: "BE" } })).toBe(id);
  expect(await at(id)).toMatchObject({
    ...{ name: "Zoë", email: "zoe@example.com", metadata: { synapse_user: "acme#zoe" } },
    address: {
      ...{ line1: "Weg 1", line2: "Hof", city: "Berlin" },
      ...{ postal_code: "10115", state: "BE", country: "DE" },
    },
  });
  expect((await world.atStripe()).customers).toHaveLength(1);
});

test("a VAT id is added once", async () => {
  const id = await ask({ vatId: "DE123456789" });
  // When Stripe has forgotten the key of the first time.
  await world.clock.advance(25 * 60 * 60 * 1_000);
  await ask({ vatId: "DE123456789" });
  await ask();
  const { data } = await world.stripe.customers.listTaxIds(id);
  expect(data.map(({ type, value }) => [type, value])).toEqual([["eu_vat", "DE123456789"]]);
});

test("one that was deleted at Stripe is replaced", async () => {
  const first = await ask();
  await world.stripe.customers.del(first);
  const second = await ask();
  expect(second).not.toBe(first);
  expect(await ask()).toBe(second);
});

test("a creation that Stripe keeps as failed is tried with another key, and given up in the end", async () => {
  const fault = { kind: "error", method: "POST", path: "/v1/customers" };
  await world.control("PUT", "/requests", [{ ...fault, times: 4 }]);
  expect(await ask()).toMatch(/^cus_/);
  await world.close();
  world = await subscriptionWorld();
  await world.control("PUT", "/requests", [{ ...fault, times: 64 }]);
  await expect(ask()).rejects.toMatchObject({ code: "stripe_unavailable", retryable: true });
});

test("what Stripe refuses passes on", async () => {
  await ask();
  await expect(ask({ country: "Germany" })).rejects.toMatchObject({ type: "StripeInvalidRequestError" });
});

test("only an answer of 500 or more is one that Stripe keeps", () => {
  expect(isStored500(new Error("500"))).toBe(false);
  expect(isStored500(new Failure("stripe_unavailable", "the circuit is open"))).toBe(false);
});
