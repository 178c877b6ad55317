import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type CustomerWorld, customerWorld } from "./customer-world.ts";

let world: CustomerWorld;
beforeEach(async () => {
  world = await customerWorld();
});
afterEach(() => world.close());

test("the portal opens for the caller's own customer, and leads back where the team says", async () => {
  await world.buy("team");
  const { status, body } = await world.portal();
  expect([status, body]).toEqual([201, { url: expect.stringContaining("/p/session/bps_") }]);
  const page = await (await fetch(body.url)).text();
  expect(page).toContain("https://app.example.com/account");
  expect(world.recorded.lines()).toMatchObject([{ event: "portal", outcome: "created" }]);
});

test("who has bought nothing, or was deleted at Stripe, has no portal", async () => {
  expect(await world.portal("yan")).toMatchObject({ status: 404, body: { code: "customer_missing" } });
  await world.stripe.customers.del(world.customer.id);
  expect(await world.portal()).toMatchObject({ status: 404, body: { code: "customer_missing" } });
});

test("when Stripe fails the caller is told to try again, and when it refuses our key that it is our fault", async () => {
  await world.control("PUT", "/requests", [
    { kind: "rate_limit", path: "/v1/billing_portal/sessions", times: 64 },
  ]);
  expect(await world.portal()).toMatchObject({ status: 503, body: { code: "payment_unavailable" } });
  await world.control("PUT", "/requests", []);
  const real = await world.ports.stripe();
  Object.assign(world.ports, {
    stripe: async () =>
      Object.assign(real, {
        billingPortal: new (await import("stripe")).Stripe("sk_test_fake_wrong", {
          host: "127.0.0.1",
          port: new URL(world.fake.url).port,
          protocol: "http",
          maxNetworkRetries: 0,
        }).billingPortal,
      }),
  });
  expect(await world.portal()).toMatchObject({ status: 500, body: { code: "internal" } });
  expect(world.recorded.lines().at(-1)).toMatchObject({ outcome: "failed", code: "stripe_refused" });
});

test("nothing is asked of the caller, so nothing can be sent", async () => {
  const { id } = await world.stripe.customers.create({});
  for (const [body, code] of [
    [JSON.stringify({ customer: id }), "body_invalid"],
    ['{"return_url":"https://evil.example"}', "body_invalid"],
    ["", "body_not_json"],
  ] as const) {
    expect(await world.portal("zoe", body)).toMatchObject({ status: 400, body: { code } });
  }
});

test("a token that is refused opens nothing", async () => {
  Object.assign(world.ports, {
    tokens: { verify: async () => ({ kind: "refused", code: "token_expired" }) },
  });
  expect(await world.portal()).toMatchObject({ status: 401, body: { code: "token_expired" } });
});
