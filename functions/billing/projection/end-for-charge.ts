import type { Stripe } from "stripe";
import type { AccessPolicy } from "../access/access-policy.ts";
import { orMissing } from "../stripe/or-missing.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";

/** What happened to the money of a payment. */
export type ChargeMatter = "refund" | "dispute" | "fraud_warning";

/**
 * Ends the subscription that a charge paid for. `objectId` is what Stripe's event is about: the charge, the dispute or
 * the warning. `kept`: it was not given back as a whole, was decided for the seller, or paid for no subscription.
 */
export type EndForCharge = (matter: ChargeMatter, objectId: string) => Promise<"ended" | "kept">;

/** Stripe's event of each. */
export const typeOfMatter = {
  refund: "charge.refunded",
  dispute: "charge.dispute.created",
  fraud_warning: "radar.early_fraud_warning.created",
} as const satisfies Readonly<Record<ChargeMatter, string>>;
export const chargeMatters = Object.keys(typeOfMatter) as ChargeMatter[];

/** The types of events that may end a subscription. */
export const matterTypes: readonly string[] = Object.values(typeOfMatter);

/** The matter of an event, if the seller wants its subscription ended. Thin events have the same names after `v1.`. */
export function matterToEnd(type: string, access: AccessPolicy): ChargeMatter | undefined {
  const matter = chargeMatters.find((each) => typeOfMatter[each] === type.replace(/^v1\./, ""));
  return matter && isToEnd(matter, access) ? matter : undefined;
}

/** Whether the seller wants a subscription ended for it. */
export function isToEnd(matter: ChargeMatter, access: AccessPolicy): boolean {
  const decided = {
    refund: access.onRefund,
    dispute: access.onDispute,
    fraud_warning: access.onFraudWarning,
  };
  return decided[matter] === "end";
}

/** A dispute that the seller has won, or that came to nothing (https://docs.stripe.com/api/disputes/object). */
const harmless: ReadonlySet<string> = new Set(["won", "warning_closed", "prevented"]);

const idOf = (value: string | { readonly id: string } | null | undefined): string | undefined =>
  typeof value === "string" ? value : value?.id;

/**
 * Stripe is asked what is true now: the event may be old. Cancelled is at once and without proration. May be repeated
 * after a crash at any step. Throws Failure `stripe_unavailable`, or Stripe's own error.
 */
export const endForCharge = (stripe: Stripe, resilient: ResilientStripe): EndForCharge => {
  const chargeOf = async (matter: ChargeMatter, id: string): Promise<string | undefined> => {
    if (matter === "refund") return id;
    if (matter === "fraud_warning") {
      const warning = await orMissing(
        resilient((options) => stripe.radar.earlyFraudWarnings.retrieve(id, {}, options)),
      );
      return idOf(warning?.charge);
    }
    const dispute = await orMissing(resilient((options) => stripe.disputes.retrieve(id, {}, options)));
    return dispute && !harmless.has(dispute.status) ? idOf(dispute.charge) : undefined;
  };

  /** The subscriptions whose invoices the payment has paid: a charge has one invoice, mostly. */
  const subscriptionsOf = async (paymentIntent: string): Promise<readonly string[]> => {
    const { data } = await resilient((options) =>
      stripe.invoicePayments.list(
        { payment: { type: "payment_intent", payment_intent: paymentIntent }, expand: ["data.invoice"] },
        options,
      ),
    );
    return data.flatMap(({ invoice }) => {
      if (typeof invoice === "string" || invoice.deleted) return [];
      return idOf(invoice.parent?.subscription_details?.subscription) ?? [];
    });
  };

  return async (matter, objectId) => {
    const chargeId = await chargeOf(matter, objectId);
    const charge =
      chargeId === undefined
        ? undefined
        : await orMissing(resilient((options) => stripe.charges.retrieve(chargeId, {}, options)));
    const intent = idOf(charge?.payment_intent);
    if (!charge || intent === undefined || (matter === "refund" && !charge.refunded)) return "kept";
    const subscriptions = await subscriptionsOf(intent);
    for (const id of subscriptions) {
      await orMissing(resilient((options) => stripe.subscriptions.cancel(id, { prorate: false }, options)));
    }
    return subscriptions.length > 0 ? "ended" : "kept";
  };
};
