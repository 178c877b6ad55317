/**
 * Every type of event that we ask Stripe for, and what it causes. All of them are hints: the customer's
 * subscriptions are read anew, so what an event says is never believed.
 */
export const eventTypes = {
  "customer.subscription.created": "refresh",
  "customer.subscription.updated": "refresh",
  "customer.subscription.deleted": "refresh",
  "customer.subscription.paused": "refresh",
  "customer.subscription.resumed": "refresh",
  "customer.subscription.pending_update_applied": "refresh",
  "customer.subscription.pending_update_expired": "refresh",
  "customer.subscription.trial_will_end": "refresh",
  "invoice.paid": "refresh",
  "invoice.payment_failed": "refresh",
  "invoice.payment_action_required": "refresh",
  "invoice.finalization_failed": "refresh",
  "invoice.voided": "refresh",
  "invoice.marked_uncollectible": "refresh",
  "checkout.session.completed": "refresh",
  "checkout.session.expired": "refresh",
  "checkout.session.async_payment_succeeded": "refresh",
  "checkout.session.async_payment_failed": "refresh",
  "customer.updated": "refresh",
  "customer.deleted": "refresh",
  "charge.refunded": "record",
  "refund.failed": "record",
  "charge.dispute.created": "record",
  "charge.dispute.closed": "record",
  "radar.early_fraud_warning.created": "record",
} as const satisfies Readonly<Record<string, "refresh" | "record">>;

export type Effect = "refresh" | "record";

/**
 * What an event of this type causes: its customer's subscriptions are read again (`refresh`), or that it happened
 * is logged (`record`). Thin events have the same names after `v1.`, and some of a status of their own
 * (https://docs.stripe.com/webhooks). Undefined for a type that we did not ask for.
 */
export function effectOf(type: string): Effect | undefined {
  const name = type.startsWith("v1.") ? type.slice(3) : type;
  if (Object.hasOwn(eventTypes, name)) return eventTypes[name as keyof typeof eventTypes];
  return type.startsWith("v1.customer.subscription.") ? "refresh" : undefined;
}
