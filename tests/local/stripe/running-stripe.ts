import { Stripe } from "stripe";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type StripeFake, startStripe } from "../../../local/stripe/stripe.ts";
import { testToken } from "../loopback/forge-request.ts";

export const startOfTest = Date.UTC(2030, 0, 1);
export const day = 24 * 60 * 60;

export interface RunningStripe {
  readonly fake: StripeFake;
  readonly clock: AdvanceableClock;
  /** The real SDK, pointed at the fake; it does not retry. */
  readonly stripe: Stripe;
  /** What the fake complained of. */
  readonly troubles: unknown[];
  /** Calls the control API; throws unless it answers 200. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** A fake whose clock only `advance` moves, from the first second of 2030 on. */
export async function runStripe(): Promise<RunningStripe> {
  const clock = new AdvanceableClock(() => startOfTest);
  const troubles: unknown[] = [];
  const fake = await startStripe({ clock, token: testToken, onTrouble: (trouble) => troubles.push(trouble) });
  return {
    fake,
    clock,
    stripe: clientOf(fake),
    troubles,
    async control(method, path, body) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${fake.control}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
      return JSON.parse(text);
    },
  };
}

export const clientOf = ({ secretKey, host, port }: StripeFake, options: Stripe.StripeConfig = {}): Stripe =>
  new Stripe(secretKey, { host, port, protocol: "http", telemetry: false, maxNetworkRetries: 0, ...options });

export interface Shop {
  readonly customer: Stripe.Customer;
  readonly monthly: Stripe.Price;
  readonly dearer: Stripe.Price;
  readonly yearly: Stripe.Price;
}

/** A customer whose default is a new card of this kind, and three prices: 20.00 and 50.00 a month, 200.00 a year. */
export async function openShop(
  stripe: Stripe,
  card: string | null = "pm_card_visa",
  testClock?: string,
): Promise<Shop> {
  const customer = await stripe.customers.create({
    email: "zoe@example.com",
    ...(testClock !== undefined && { test_clock: testClock }),
  });
  if (card !== null) await useCard(stripe, customer.id, card);
  const product = (await stripe.products.create({ name: "Gold" })).id;
  const price = (unit_amount: number, interval: "month" | "year") =>
    stripe.prices.create({ product, currency: "usd", unit_amount, recurring: { interval } });
  return {
    customer,
    monthly: await price(2_000, "month"),
    dearer: await price(5_000, "month"),
    yearly: await price(20_000, "year"),
  };
}

/** Attaches a new card of this kind and makes it the customer's default. */
export async function useCard(stripe: Stripe, customer: string, card: string): Promise<Stripe.PaymentMethod> {
  const method = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  return method;
}

/** What a promise was rejected with, as far as the SDK tells; fails when it was not. */
export async function refusal(promise: Promise<unknown>): Promise<Partial<Stripe.errors.StripeError>> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const { type, code, param, statusCode, message } = error;
    return { type, code, param, statusCode, message } as Partial<Stripe.errors.StripeError>;
  }
  throw new Error("expected the request to be refused");
}

export const invoiceOf = (subscription: Stripe.Subscription): Stripe.Invoice => {
  const { latest_invoice } = subscription;
  if (typeof latest_invoice !== "object" || latest_invoice === null) throw new Error("expand latest_invoice");
  return latest_invoice;
};
