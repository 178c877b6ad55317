import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { VerifiedToken } from "../../../../functions/billing/callers/tokens.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { key, purchaseOf, subscriptionWorld } from "./subscription-world.ts";

let world: Awaited<ReturnType<typeof subscriptionWorld>>;
beforeEach(async () => {
  world = await subscriptionWorld();
});
afterEach(() => world.close());

const zoe = { kind: "verified", subject: "zoe" } as const;
const withToken = (token: VerifiedToken | Error) =>
  Object.assign(world.ports, {
    tokens: {
      verify: async () => {
        if (token instanceof Error) throw token;
        return token;
      },
    },
  });

describe("nobody buys", () => {
  test.each<[string, number, VerifiedToken]>([
    ["token_missing", 401, { kind: "refused", code: "token_missing" }],
    ["token_expired", 401, { kind: "refused", code: "token_expired" }],
    ["token_issuer_wrong", 401, { kind: "refused", code: "token_issuer_wrong" }],
    ["token_audience_wrong", 401, { kind: "refused", code: "token_audience_wrong" }],
    ["token_algorithm_refused", 401, { kind: "refused", code: "token_algorithm_refused" }],
    ["tenant_missing", 403, { ...zoe, claims: {} }],
    ["tenant_invalid", 403, { ...zoe, claims: { tenant: "a#b" } }],
  ])("who is refused as %s", async (code, status, token) => {
    withToken(token);
    expect(await world.post(purchaseOf(), key("1"))).toMatchObject({
      status,
      body: { code, retryable: false },
    });
    expect((await world.atStripe()).customers).toEqual([]);
  });

  test.each<[string, number, boolean, Error]>([
    ["keys_unavailable", 503, true, new Failure("issuer_unreachable", "no answer", { retryable: true })],
    ["storage_unavailable", 503, true, new Failure("dynamodb_unavailable", "throttled", { retryable: true })],
    ["internal", 500, false, new Failure("row_malformed", "a row of acme#zoe")],
    ["internal", 500, false, new Error("zoe's own words")],
  ])("while something fails: %s", async (code, status, retryable, error) => {
    withToken(error);
    const answer = await world.post(purchaseOf(), key("1"));
    expect(answer).toMatchObject({ status, body: { code, retryable } });
    expect(JSON.stringify(answer.body)).not.toContain("zoe");
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed" }]);
  });

  test("and Stripe's refusal of our own key is no fault of the caller's, nor passed on", async () => {
    await world.close();
    world = await subscriptionWorld();
    const { stripeClient } = await import("../../../../functions/billing/stripe/stripe-client.ts");
    Object.assign(world.ports, { stripe: async () => stripeClient("sk_test_fake_wrong", world.fake.url) });
    const answer = await world.post(purchaseOf(), key("1"));
    expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
    expect(JSON.stringify(answer.body)).not.toContain("sk_test");
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed", code: "stripe_refused" }]);
  });
});
