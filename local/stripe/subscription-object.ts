import type { Status } from "./billing/subscription-states.ts";
import type { Price, Subscription, SubscriptionItem } from "./stored.ts";

export interface SubscriptionFacts {
  readonly id: string;
  readonly customer: string;
  readonly status: Status;
  readonly created: number;
  readonly anchor: number;
  readonly currency: string;
  readonly items: SubscriptionItem[];
  readonly testClock: string | null;
  readonly metadata: { [name: string]: string };
  readonly more: Partial<Subscription>;
}

/** A subscription, every member of the SDK's type set; `more` replaces what is not the default. */
export const subscriptionObject = (facts: SubscriptionFacts): Subscription => ({
  id: facts.id,
  object: "subscription",
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor: facts.anchor,
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: {}, type: "flexible" },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: "charge_automatically",
  created: facts.created,
  currency: facts.currency,
  customer: facts.customer,
  customer_account: null,
  days_until_due: null,
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: "self" },
  },
  items: itemList(facts.id, facts.items),
  latest_invoice: null,
  livemode: false,
  managed_payments: { enabled: false },
  metadata: facts.metadata,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: "off",
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  start_date: facts.created,
  status: facts.status,
  test_clock: facts.testClock,
  transfer_data: null,
  trial_end: null,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" } },
  trial_start: null,
  ...facts.more,
});

export const itemList = (subscription: string, data: SubscriptionItem[]): Subscription["items"] => ({
  object: "list",
  data,
  has_more: false,
  url: `/v1/subscription_items?subscription=${subscription}`,
});

export interface ItemFacts {
  readonly id: string;
  readonly subscription: string;
  readonly created: number;
  readonly price: Price;
  readonly quantity: number;
  readonly start: number;
  readonly end: number;
  readonly metadata?: { [name: string]: string };
}

export const subscriptionItem = (facts: ItemFacts): SubscriptionItem => ({
  id: facts.id,
  object: "subscription_item",
  billing_thresholds: null,
  created: facts.created,
  current_period_end: facts.end,
  current_period_start: facts.start,
  current_trial: null,
  discounts: [],
  metadata: facts.metadata ?? {},
  plan: planOf(facts.price),
  price: facts.price,
  quantity: facts.quantity,
  subscription: facts.subscription,
  tax_rates: [],
});

/** The price in the older form that subscription items still carry. */
export const planOf = (price: Price): SubscriptionItem["plan"] => ({
  id: price.id,
  object: "plan",
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: "per_unit",
  created: price.created,
  currency: price.currency,
  interval: price.recurring?.interval ?? "month",
  interval_count: price.recurring?.interval_count ?? 1,
  livemode: false,
  metadata: price.metadata,
  meter: null,
  nickname: price.nickname,
  product: price.product,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: "licensed",
});
