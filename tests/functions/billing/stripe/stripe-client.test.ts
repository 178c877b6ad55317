import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  resilientStripe,
  stripeCircuit,
  stripeClient,
} from "../../../../functions/billing/stripe/stripe-client.ts";
import { runStripe } from "../../../local/stripe/running-stripe.ts";

let running: Awaited<ReturnType<typeof runStripe>>;
beforeEach(async () => {
  running = await runStripe();
});
afterEach(() => running.fake.close());

const client = () => stripeClient(running.fake.secretKey, running.fake.url);
const policy = (remaining = () => 60_000) => resilientStripe(stripeCircuit(), { remaining, firstPause: 1 });

describe("the address of Stripe", () => {
  test.each([
    ["sk_live_1", "http://127.0.0.1:1"],
    ["sk_test_1", "http://127.0.0.1:1"],
    ["sk_test_fake_1", "https://127.0.0.1:1"],
    ["sk_test_fake_1", "http://stripe.example.com"],
    ["sk_test_fake_1", "nowhere"],
  ])("%s is never sent to %s", (key, url) => {
    expect(() => stripeClient(key, url)).toThrow(expect.objectContaining({ code: "stripe_key_refused" }));
  });

  test("is its own where none is given, and the key may be any", () => {
    expect(stripeClient("sk_live_1", "").getApiField("host")).toBe("api.stripe.com");
  });
});

describe("a request", () => {
  test("that is throttled three times succeeds in the end: the SDK alone repeats no 429", async () => {
    await running.control("PUT", "/requests", [{ kind: "rate_limit", times: 3 }]);
    const { data } = await policy()((options) => client().customers.list({}, options));
    expect(data).toEqual([]);
  });

  test("is given up after four attempts", async () => {
    await running.control("PUT", "/requests", [{ kind: "error", times: 9 }]);
    await expect(policy()((options) => client().customers.list({}, options))).rejects.toMatchObject({
      code: "stripe_unavailable",
      retryable: true,
    });
    expect(await running.control("GET", "/requests")).toMatchObject([{ times: 5 }]);
  });

  test("is not repeated when the function has no time for it", async () => {
    await running.control("PUT", "/requests", [{ kind: "rate_limit", times: 9 }]);
    const call = policy(() => 1_400)((options) => client().customers.list({}, options));
    await expect(call).rejects.toMatchObject({ code: "stripe_unavailable" });
    expect(await running.control("GET", "/requests")).toMatchObject([{ times: 8 }]);
  });

  test("that Stripe refuses is not repeated, and its error passes through", async () => {
    const call = policy()((options) => client().customers.retrieve("cus_none", {}, options));
    await expect(call).rejects.toMatchObject({ code: "resource_missing", statusCode: 404 });
  });

  test("that meets a 500 which Stripe kept for its key is not repeated, and does not open the circuit", async () => {
    await running.control("PUT", "/requests", [{ kind: "error", executed: true, method: "POST" }]);
    const resilient = policy();
    let sent = 0;
    const create = () =>
      resilient((options) => {
        sent += 1;
        return client().customers.create({}, { ...options, idempotencyKey: "customer-of-ada-0" });
      });
    for (let times = 0; times < 6; times += 1) {
      await expect(create()).rejects.toMatchObject({
        code: "stripe_unavailable",
        cause: { statusCode: 500 },
      });
    }
    expect(sent).toBe(7);
    const { data } = await resilient((options) => client().customers.list({}, options));
    expect(data).toHaveLength(1);
  });

  test("is refused without being sent after five failing attempts in a row", async () => {
    await running.control("PUT", "/requests", [{ kind: "error", times: 20 }]);
    const resilient = policy();
    const list = () => resilient((options) => client().customers.list({}, options));
    await expect(list()).rejects.toMatchObject({ code: "stripe_unavailable" });
    await expect(list()).rejects.toMatchObject({ message: "the circuit of Stripe is open" });
    expect(await running.control("GET", "/requests")).toMatchObject([{ times: 15 }]);
  });
});
