import type { Stripe } from "stripe";

/** What the `error` of an answer holds, besides its message. */
export interface ErrorDetails {
  readonly type?: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";
  readonly code?: string;
  readonly param?: string;
  readonly declineCode?: string;
  readonly paymentIntent?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in Stripe's form (https://docs.stripe.com/api/errors): `{ "error": { "type", "message", … } }`. */
export class StripeError extends Error {
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = "StripeError";
    this.status = status;
    this.details = details;
  }

  /** The body of the answer. */
  toJSON(): { readonly error: Readonly<Record<string, unknown>> } {
    const { type = "invalid_request_error", code, param, declineCode, paymentIntent } = this.details;
    return {
      error: {
        type,
        message: this.message,
        ...(code !== undefined && { code, doc_url: `https://docs.stripe.com/error-codes/${dashed(code)}` }),
        ...(param !== undefined && { param }),
        ...(declineCode !== undefined && { decline_code: declineCode }),
        ...(paymentIntent !== undefined && { payment_intent: paymentIntent }),
      },
    };
  }
}

const dashed = (code: string) => code.replaceAll("_", "-");

export const invalid = (message: string, param?: string, code?: string): StripeError =>
  new StripeError(400, message, {
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
  });

export const missing = (kind: string, id: string, param = "id", status: 400 | 404 = 404): StripeError =>
  new StripeError(status, `No such ${kind}: '${id}'`, { code: "resource_missing", param });

/** A card that was declined: 402. */
export const declined = (
  code: string,
  declineCode: string | undefined,
  message: string,
  paymentIntent?: unknown,
): StripeError =>
  new StripeError(402, message, {
    type: "card_error",
    code,
    ...(declineCode !== undefined && { declineCode }),
    ...(paymentIntent !== undefined && { paymentIntent }),
  });

/** The codes that the SDK knows, so that a slip of ours shows at compile time. */
export type ErrorCode = NonNullable<Stripe.PaymentIntent.LastPaymentError["code"]>;
