import type { Stripe } from "stripe";
import * as v from "valibot";
import {
  created,
  emptyable,
  expandable,
  flag,
  integer,
  listed,
  listOf,
  metadata,
  oneOf,
  parametersOf,
  text,
  timestamp,
} from "./api/parameters.ts";

const trialSettings = v.strictObject({
  end_behavior: v.strictObject({ missing_payment_method: oneOf("cancel", "create_invoice", "pause") }),
});
const paymentSettings = v.strictObject({
  save_default_payment_method: v.optional(oneOf("off", "on_subscription")),
  payment_method_types: v.optional(emptyable(listOf(oneOf("card", "us_bank_account", "link")))),
});
const cancellationDetails = v.strictObject({
  comment: v.optional(emptyable(text())),
  feedback: v.optional(
    emptyable(
      oneOf(
        "customer_service",
        "low_quality",
        "missing_features",
        "other",
        "switched_service",
        "too_complex",
        "too_expensive",
        "unused",
      ),
    ),
  ),
});
const quantity = integer(0, 999_999);

const shared = {
  ...expandable,
  cancel_at_period_end: v.optional(flag()),
  collection_method: v.optional(oneOf("charge_automatically", "send_invoice")),
  days_until_due: v.optional(integer(0, 365)),
  default_payment_method: v.optional(text()),
  description: v.optional(emptyable(text(500))),
  metadata: v.optional(metadata()),
  off_session: v.optional(flag()),
  payment_settings: v.optional(paymentSettings),
  proration_behavior: v.optional(oneOf("always_invoice", "create_prorations", "none")),
  trial_end: v.optional(v.union([v.literal("now"), timestamp()], "expected now or a timestamp")),
  trial_settings: v.optional(trialSettings),
};

export const subscriptionCreation = parametersOf<Stripe.SubscriptionCreateParams>()({
  ...shared,
  billing_mode: v.optional(v.strictObject({ type: oneOf("classic", "flexible") })),
  cancel_at: v.optional(timestamp()),
  currency: v.optional(text(3)),
  customer: text(),
  items: listOf(
    v.strictObject({ price: text(), quantity: v.optional(quantity), metadata: v.optional(metadata()) }),
    20,
  ),
  payment_behavior: v.optional(
    oneOf("allow_incomplete", "default_incomplete", "error_if_incomplete"),
    "allow_incomplete",
  ),
  trial_period_days: v.optional(integer(0, 730)),
});

export const subscriptionUpdate = parametersOf<Stripe.SubscriptionUpdateParams>()({
  ...shared,
  billing_cycle_anchor: v.optional(oneOf("now", "unchanged")),
  cancel_at: v.optional(emptyable(timestamp())),
  cancellation_details: v.optional(cancellationDetails),
  items: v.optional(
    listOf(
      v.strictObject({
        id: v.optional(text()),
        price: v.optional(text()),
        quantity: v.optional(quantity),
        deleted: v.optional(flag()),
      }),
      20,
    ),
  ),
  pause_collection: v.optional(
    emptyable(
      v.strictObject({
        behavior: oneOf("keep_as_draft", "mark_uncollectible", "void"),
        resumes_at: v.optional(timestamp()),
      }),
    ),
  ),
  payment_behavior: v.optional(
    oneOf("allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"),
    "allow_incomplete",
  ),
});

export const subscriptionCancellation = parametersOf<Stripe.SubscriptionCancelParams>()({
  ...expandable,
  cancellation_details: v.optional(cancellationDetails),
  invoice_now: v.optional(flag()),
  prorate: v.optional(flag()),
});

export const subscriptionPause = parametersOf<Stripe.SubscriptionPauseParams>()({
  ...expandable,
  invoicing_behavior: v.optional(oneOf("invoice", "pending_invoice_item")),
  type: v.optional(oneOf("subscription")),
});

export const subscriptionResumption = parametersOf<Stripe.SubscriptionResumeParams>()({
  ...expandable,
  billing_cycle_anchor: v.optional(v.strictObject({ type: oneOf("now", "unchanged") }), { type: "now" }),
  payment_behavior: v.optional(
    oneOf("resume_on_payment_attempt", "resume_on_payment_success"),
    "resume_on_payment_attempt",
  ),
  proration_behavior: v.optional(oneOf("always_invoice", "create_prorations", "none")),
});

export const subscriptionListing = parametersOf<Stripe.SubscriptionListParams>()({
  ...listed,
  collection_method: v.optional(oneOf("charge_automatically", "send_invoice")),
  created: v.optional(created()),
  customer: v.optional(text()),
  price: v.optional(text()),
  status: v.optional(
    oneOf(
      "active",
      "all",
      "canceled",
      "ended",
      "incomplete",
      "incomplete_expired",
      "past_due",
      "paused",
      "trialing",
      "unpaid",
    ),
  ),
  test_clock: v.optional(text()),
});
