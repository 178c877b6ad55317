import type { Outcome } from "./billing/test-cards.ts";
import type { Charge, Invoice, InvoicePayment, PaymentIntent, PaymentMethod } from "./stored.ts";

export interface IntentFacts {
  readonly id: string;
  readonly secret: string;
  readonly invoice: Invoice;
  readonly created: number;
}

/** The payment intent of an invoice, waiting for a payment method. */
export const paymentIntentObject = ({ id, secret, invoice, created }: IntentFacts): PaymentIntent => ({
  id,
  object: "payment_intent",
  allowed_payment_method_types: null,
  amount: invoice.amount_due,
  amount_capturable: 0,
  amount_received: 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: null,
  canceled_at: null,
  cancellation_reason: null,
  capture_method: "automatic",
  client_secret: secret,
  confirmation_method: "automatic",
  created,
  currency: invoice.currency,
  customer: invoice.customer,
  customer_account: null,
  description: "Subscription creation",
  excluded_payment_method_types: null,
  last_payment_error: null,
  latest_charge: null,
  livemode: false,
  managed_payments: { enabled: false },
  metadata: {},
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ["card"],
  payment_record: null,
  processing: null,
  receipt_email: null,
  review: null,
  setup_future_usage: "off_session",
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: "requires_payment_method",
  transfer_group: null,
});

export const invoicePaymentObject = (
  id: string,
  invoice: Invoice,
  intent: PaymentIntent,
): InvoicePayment => ({
  id,
  object: "invoice_payment",
  amount_paid: null,
  amount_requested: invoice.amount_due,
  created: intent.created,
  currency: invoice.currency,
  invoice: invoice.id,
  is_default: true,
  livemode: false,
  payment: { payment_intent: intent.id, type: "payment_intent" },
  status: "open",
  status_transitions: { canceled_at: null, paid_at: null },
});

export interface ChargeFacts {
  readonly id: string;
  readonly intent: PaymentIntent;
  readonly method: PaymentMethod;
  readonly created: number;
  readonly status: "succeeded" | "pending" | "failed";
  readonly declined?: Extract<Outcome, { kind: "declined" }>;
}

export const chargeObject = ({ id, intent, method, created, status, declined }: ChargeFacts): Charge => ({
  id,
  object: "charge",
  amount: intent.amount,
  amount_captured: status === "succeeded" ? intent.amount : 0,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: method.billing_details,
  calculated_statement_descriptor: "STRIPE FAKE",
  captured: status === "succeeded",
  created,
  currency: intent.currency,
  customer: intent.customer,
  description: intent.description,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: declined?.code ?? null,
  failure_message: declined?.message ?? null,
  fraud_details: {},
  livemode: false,
  metadata: {},
  on_behalf_of: null,
  outcome: {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: declined ? "declined_by_network" : "approved_by_network",
    reason: declined?.declineCode ?? null,
    seller_message: declined ? "The bank refused." : "Payment complete.",
    type: declined ? "issuer_declined" : "authorized",
  },
  paid: status !== "failed",
  payment_intent: intent.id,
  payment_method: method.id,
  payment_method_details: { type: method.type },
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status,
  transfer_data: null,
  transfer_group: null,
});
