import { Stripe } from "stripe";
import { AdvanceableClock } from "../../local/clock.ts";
import { startStripe } from "../../local/stripe/stripe.ts";
import { testToken } from "../local/loopback/forge-request.ts";

export interface StripeAtHand {
  readonly stripe: Stripe;
  /** Moves a test clock and resolves when it is there. */
  advance(testClock: string, to: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The fake; or Stripe's own test mode, when STRIPE_TEST_KEY holds a key of it. Throws for any other key: a
 * live one above all.
 */
export async function stripeAtHand(key = process.env.STRIPE_TEST_KEY): Promise<StripeAtHand> {
  if (key === undefined || key === "") {
    const fake = await startStripe({ clock: new AdvanceableClock(), token: testToken });
    const { secretKey, host, port } = fake;
    const stripe = new Stripe(secretKey, { host, port, protocol: "http", telemetry: false });
    return { stripe, advance: advanceBy(stripe, 0), close: fake.close };
  }
  if (!/^(sk|rk)_test_/.test(key)) throw new Error("STRIPE_TEST_KEY must begin with sk_test_ or rk_test_");
  const stripe = new Stripe(key, { telemetry: false });
  return { stripe, advance: advanceBy(stripe, 2_000), close: async () => {} };
}

/** Asks until the clock is ready: Stripe says no other way when that is. `pause` in milliseconds, none for the fake. */
const advanceBy =
  (stripe: Stripe, pause: number) =>
  async (id: string, frozen_time: number): Promise<void> => {
    await stripe.testHelpers.testClocks.advance(id, { frozen_time });
    for (;;) {
      const { status } = await stripe.testHelpers.testClocks.retrieve(id);
      if (status === "ready") return;
      if (status !== "advancing") throw new Error(`the test clock is ${status}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
