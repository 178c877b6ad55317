import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createOnce } from "../../../../functions/billing/purchases/create-once.ts";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
import { key, purchaseOf, subscriptionWorld } from "./subscription-world.ts";

let world: Awaited<ReturnType<typeof subscriptionWorld>>;
beforeEach(async () => {
  world = await subscriptionWorld();
});
afterEach(() => world.close());

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

test.each([
  ["what is left of the function's time", 5_000, 5_000],
  ["thirty seconds at most", 900_000, 30_000],
])("a lease lasts %s, so that nobody waits for one that died", async (_, remaining, lasts) => {
  const { attempts, now } = world.ports;
  let leaseUntil = 0;
  await createOnce(
    { ...world.ports, remaining: () => remaining, wait: async () => {} },
    {
      ...{ user: "acme#zoe", group: "default", key: key("lease"), body: "b", purchase: "p" },
      make: async () => {
        leaseUntil = (await attempts.read("acme#zoe", "group#default"))?.leaseUntil ?? 0;
        return { kind: "made", outcome: "checkout:cs_1" };
      },
      isOpen: async () => true,
    },
  );
  expect(Math.abs(leaseUntil - now() - lasts)).toBeLessThan(1_000);
});
