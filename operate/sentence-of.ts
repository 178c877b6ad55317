import { Stripe } from "stripe";
import { Failure } from "../functions/shared/failure.ts";
import { OperateError } from "./operate-error.ts";

/** What an operator is told of an error in one sentence. Undefined for a fault of the command itself. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof OperateError) return error.message;
  if (error instanceof Failure) {
    const { cause } = error;
    return `${error.message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ""}`;
  }
  if (error instanceof Stripe.errors.StripeError) return `Stripe refused: ${error.message}`;
  return error instanceof Error && "$metadata" in error
    ? `AWS refused: ${error.name}: ${error.message}`
    : undefined;
}
