import type { ErrorCode } from "../api/stripe-error.ts";

/** How a payment ends. */
export type Outcome =
  | { readonly kind: "succeeded" }
  | {
      readonly kind: "declined";
      readonly code: ErrorCode;
      readonly declineCode?: string;
      readonly message: string;
    }
  | { readonly kind: "requires_action" }
  | { readonly kind: "processing"; readonly settles: "succeeded" | "failed" };

export interface TestCard {
  readonly type: "card" | "us_bank_account";
  readonly brand: string;
  readonly last4: string;
  readonly outcome: Outcome;
  /** Attaching it to a customer is declined already. */
  readonly refusedWhenAttached?: true;
  /** What follows a payment that succeeded. */
  readonly aftermath?: "dispute" | "early_fraud_warning" | "pending_refund" | "failing_refund";
}

const succeeded: Outcome = { kind: "succeeded" };

export const declinedBy = (code: ErrorCode, declineCode?: string): Outcome => ({
  kind: "declined",
  code,
  ...(declineCode !== undefined && { declineCode }),
  message: messages[code] ?? "Your card was declined.",
});

const messages: Readonly<Record<string, string>> = {
  expired_card: "Your card has expired.",
  processing_error: "An error occurred while processing your card.",
  authentication_required: "The payment needs the customer's authentication.",
  payment_method_provider_decline: "The bank account could not be debited.",
};

const card = (last4: string, outcome: Outcome, more: Partial<TestCard> = {}): TestCard => ({
  type: "card",
  brand: "visa",
  last4,
  outcome,
  ...more,
});

const refused = (last4: string, outcome: Outcome) => card(last4, outcome, { refusedWhenAttached: true });

const bank = (last4: string, settles: "succeeded" | "failed"): TestCard => ({
  type: "us_bank_account",
  brand: "STRIPE TEST BANK",
  last4,
  outcome: { kind: "processing", settles },
});

/**
 * Test payment methods by their token (https://docs.stripe.com/testing), those that subscriptions need. The
 * cards whose tokens begin with `pm_card_visa_chargeDeclined` and its kin cannot be attached to a customer;
 * `pm_card_chargeCustomerFail` can, and fails when it is charged.
 */
export const testCards: Readonly<Record<string, TestCard>> = {
  pm_card_visa: card("4242", succeeded),
  pm_card_mastercard: card("4444", succeeded, { brand: "mastercard" }),
  pm_card_amex: card("8431", succeeded, { brand: "amex" }),
  pm_card_chargeCustomerFail: card("0341", declinedBy("card_declined", "generic_decline")),
  pm_card_visa_chargeDeclined: refused("0002", declinedBy("card_declined", "generic_decline")),
  pm_card_visa_chargeDeclinedInsufficientFunds: refused(
    "9995",
    declinedBy("card_declined", "insufficient_funds"),
  ),
  pm_card_chargeDeclinedExpiredCard: refused("0069", declinedBy("expired_card", "expired_card")),
  pm_card_chargeDeclinedProcessingError: refused("0119", declinedBy("processing_error", "processing_error")),
  pm_card_authenticationRequired: card("3184", { kind: "requires_action" }),
  pm_card_createDispute: card("0259", succeeded, { aftermath: "dispute" }),
  pm_card_createIssuerFraudRecord: card("5423", succeeded, { aftermath: "early_fraud_warning" }),
  pm_card_pendingRefund: card("7726", succeeded, { aftermath: "pending_refund" }),
  pm_card_refundFail: card("5126", succeeded, { aftermath: "failing_refund" }),
  pm_usBankAccount_success: bank("6789", "succeeded"),
  pm_usBankAccount_insufficientFunds: bank("2227", "failed"),
};

/** The tokens of cards, for `card[token]`. */
export const cardTokens: Readonly<Record<string, string>> = {
  tok_visa: "pm_card_visa",
  tok_mastercard: "pm_card_mastercard",
  tok_amex: "pm_card_amex",
  tok_chargeCustomerFail: "pm_card_chargeCustomerFail",
  tok_createDispute: "pm_card_createDispute",
};
