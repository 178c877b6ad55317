import type { CheckoutSession, LineItem, Price } from "./stored.ts";

export interface SessionFacts {
  readonly id: string;
  readonly created: number;
  readonly expiresAt: number;
  readonly url: string;
  readonly currency: string;
  readonly amount: number;
  readonly more: Partial<CheckoutSession>;
}

/** An open session of hosted Checkout for a subscription, every member of the SDK's type set. */
export const checkoutSessionObject = (facts: SessionFacts): CheckoutSession => ({
  id: facts.id,
  object: "checkout.session",
  adaptive_pricing: null,
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  amount_subtotal: facts.amount,
  amount_total: facts.amount,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  cancel_url: null,
  client_reference_id: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  created: facts.created,
  currency: facts.currency,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer: null,
  customer_account: null,
  customer_creation: "always",
  customer_details: null,
  customer_email: null,
  discounts: [],
  expires_at: facts.expiresAt,
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  locale: null,
  managed_payments: { enabled: false },
  metadata: {},
  mode: "subscription",
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: "always",
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ["card"],
  payment_status: "unpaid",
  permissions: null,
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: "open",
  submit_type: null,
  subscription: null,
  success_url: null,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: "hosted_page",
  url: facts.url,
  wallet_options: null,
  ...facts.more,
});

export const lineItemObject = (id: string, price: Price, quantity: number, name: string): LineItem => ({
  id,
  object: "item",
  adjustable_quantity: null,
  amount_discount: 0,
  amount_subtotal: (price.unit_amount ?? 0) * quantity,
  amount_tax: 0,
  amount_total: (price.unit_amount ?? 0) * quantity,
  currency: price.currency,
  description: name,
  metadata: null,
  price,
  quantity,
});
