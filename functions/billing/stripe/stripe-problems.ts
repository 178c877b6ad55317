import { Stripe } from "stripe";
import { Failure } from "../../shared/failure.ts";
import { explainFailure } from "../callers/explain-failure.ts";
import type { ProblemCode } from "../callers/problems.ts";
import type { ExplainFault } from "../callers/serve-caller.ts";

/** What is logged of an error. Stripe's own words may name what a customer typed, so only their kind goes on. */
export const refusedByStripe = (error: unknown): unknown =>
  error instanceof Stripe.errors.StripeError
    ? new Failure("stripe_refused", "Stripe refused a request", { cause: error })
    : error;

/** A fault where Stripe is asked too. Nobody is told Stripe's words. */
export const explainWithStripe: ExplainFault = (error) => ({
  code: problemOf(error),
  logged: refusedByStripe(error),
});

function problemOf(error: unknown): ProblemCode {
  if (error instanceof Stripe.errors.StripeError) {
    return error.statusCode === 400 || error.statusCode === 402 ? "payment_refused" : "internal";
  }
  const isStripeDown = error instanceof Failure && error.code === "stripe_unavailable";
  return isStripeDown ? "payment_unavailable" : explainFailure(error).code;
}
