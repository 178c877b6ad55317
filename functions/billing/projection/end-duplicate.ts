import { Stripe } from "stripe";
import { orMissing } from "../stripe/or-missing.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";

/** Ends a subscription that was bought twice. `kept`: an operator must look at it. */
export type EndDuplicate = (subscriptionId: string) => Promise<"ended" | "kept">;

/**
 * Gives back what its first invoice cost, then cancels it at once. Kept is one that was invoiced again, whose payment is
 * disputed, or was not made by Stripe. May be repeated after a crash at any step: the money goes first, so that what is
 * cancelled was given back.
 */
export const endDuplicate =
  (stripe: Stripe, resilient: ResilientStripe): EndDuplicate =>
  async (id) => {
    const found = await orMissing(
      resilient((options) =>
        stripe.subscriptions.retrieve(id, { expand: ["latest_invoice.payments"] }, options),
      ),
    );
    const invoice = found?.latest_invoice;
    if (typeof invoice !== "object" || invoice?.billing_reason !== "subscription_create") return "kept";
    const intents = (invoice.payments?.data ?? []).flatMap(({ status, payment }) =>
      status === "paid" && payment.payment_intent ? [payment.payment_intent] : [],
    );
    if (invoice.amount_paid > 0 && intents.length === 0) return "kept";
    for (const intent of intents) {
      const paymentIntent = typeof intent === "string" ? intent : intent.id;
      const refund = { payment_intent: paymentIntent, reason: "duplicate" as const };
      const idempotencyKey = `duplicate-${paymentIntent}`;
      try {
        await resilient((options) => stripe.refunds.create(refund, { ...options, idempotencyKey }));
      } catch (error) {
        const code = error instanceof Stripe.errors.StripeError ? error.code : undefined;
        if (code === "charge_disputed") return "kept";
        if (code !== "charge_already_refunded") throw error;
      }
    }
    await orMissing(resilient((options) => stripe.subscriptions.cancel(id, { prorate: false }, options)));
    return "ended";
  };
