import { Stripe } from "stripe";

/** What Stripe answers, or undefined where it has no object of a named id. */
export async function orMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing") {
      return undefined;
    }
    throw error;
  }
}
