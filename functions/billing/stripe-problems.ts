import { Stripe } from "stripe";
import { Failure } from "../shared/failure.ts";
import type { ProblemCode } from "./problems.ts";

/** What is logged of an error. Stripe's own words may name what a customer typed, so only their kind goes on. */
export const refusedByStripe = (error: unknown): unknown =>
  error instanceof Stripe.errors.StripeError
    ? new Failure("stripe_refused", "Stripe refused a request", { cause: error })
    : error;

/** What a caller is told of a fault, whoever failed. */
export function problemOf(error: unknown): ProblemCode {
  if (error instanceof Stripe.errors.StripeError) {
    return error.statusCode === 400 || error.statusCode === 402 ? "payment_refused" : "internal";
  }
  if (!(error instanceof Failure) || !error.retryable) return "internal";
  if (error.code === "stripe_unavailable") return "payment_unavailable";
  return error.code.startsWith("issuer_") ? "keys_unavailable" : "storage_unavailable";
}
