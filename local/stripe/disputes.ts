import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { created, expandable, flag, listed, metadata, parametersOf, text } from "./api/parameters.ts";
import { invalid, missing } from "./api/stripe-error.ts";
import { cancelSubscription } from "./billing/cancel-subscription.ts";
import { paymentOf } from "./billing/payment-of.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { emptyEvidence } from "./dispute-evidence.ts";
import { emit } from "./event-log.ts";
import type { Charge, Dispute } from "./stored.ts";

const sevenDays = 7 * 24 * 60 * 60;

/** A customer's bank takes a payment back; with the setting `onDispute` its subscription ends. */
export function openDispute(account: Account, charge: Charge, reason: string): Dispute {
  const now = charge.customer === null ? account.now() : account.nowFor(charge.customer);
  const disputed = account.charges.put({ ...charge, disputed: true });
  const dispute = account.disputes.put(disputeObject(account.newId("dp_"), disputed, now, reason));
  emit(account, "charge.dispute.created", dispute);
  emit(account, "charge.dispute.funds_withdrawn", dispute);
  const invoice = account.invoices.get(paymentOf(account, charge.payment_intent ?? "")?.invoice ?? "");
  const subscription = account.subscriptions.get(invoice?.parent?.subscription_details?.subscription ?? "");
  if (account.settings.onDispute === "cancel" && subscription && !isTerminal(subscription)) {
    cancelSubscription(account, subscription.id, "payment_disputed");
  }
  return dispute;
}

export function closeDispute(account: Account, dispute: Dispute, status: "won" | "lost"): Dispute {
  const closed = account.disputes.put({ ...dispute, status });
  if (status === "won") {
    account.charges.patch(dispute.charge, { disputed: false });
    emit(account, "charge.dispute.funds_reinstated", closed);
  }
  emit(account, "charge.dispute.closed", closed);
  return closed;
}

const disputeObject = (id: string, charge: Charge, now: number, reason: string): Dispute => ({
  id,
  object: "dispute",
  amount: charge.amount,
  balance_transactions: [],
  charge: charge.id,
  created: now,
  currency: charge.currency,
  enhanced_eligibility_types: [],
  evidence: emptyEvidence,
  evidence_details: {
    due_by: now + sevenDays,
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
    submission_method: "manual",
  },
  intended_submission_method: "manual",
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: charge.payment_intent,
  reason,
  status: "needs_response",
});

const found = (account: Account, id: string): Dispute => {
  const dispute = account.disputes.get(id);
  if (!dispute) throw missing("dispute", id);
  return dispute;
};

const open = (account: Account, id: string): Dispute => {
  const dispute = found(account, id);
  if (dispute.status !== "needs_response") throw invalid(`This dispute is already ${dispute.status}.`);
  return dispute;
};

/** In test mode the text `winning_evidence` wins, `losing_evidence` loses (https://docs.stripe.com/testing). */
const update = parametersOf<Stripe.DisputeUpdateParams>()({
  ...expandable,
  evidence: v.optional(v.strictObject({ uncategorized_text: v.optional(text()) })),
  metadata: v.optional(metadata()),
  submit: v.optional(flag(), true),
});

export const disputeRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/disputes",
    v.strictObject({
      ...listed,
      charge: v.optional(text()),
      payment_intent: v.optional(text()),
      created: v.optional(created()),
    }),
    ({ account, parameters }) => {
      const disputes = account.disputes
        .newestFirst()
        .filter(
          (dispute) =>
            dispute.charge === (parameters.charge ?? dispute.charge) &&
            dispute.payment_intent === (parameters.payment_intent ?? dispute.payment_intent) &&
            isWithin(dispute.created, parameters.created),
        );
      return pageOf(disputes, parameters, "/v1/disputes");
    },
  ),
  route("GET", "/v1/disputes/{id}", v.strictObject(expandable), ({ account, id }) => found(account, id)),
  route("POST", "/v1/disputes/{id}", update, ({ account, id, parameters }) => {
    const dispute = open(account, id);
    const words = parameters.evidence?.uncategorized_text ?? null;
    const changed = account.disputes.put({
      ...dispute,
      metadata: mergeMetadata(dispute.metadata, parameters.metadata),
      evidence: { ...dispute.evidence, uncategorized_text: words ?? dispute.evidence.uncategorized_text },
    });
    if (!parameters.submit || words === null) return changed;
    if (words === "winning_evidence") return closeDispute(account, changed, "won");
    if (words === "losing_evidence") return closeDispute(account, changed, "lost");
    return account.disputes.put({ ...changed, status: "under_review" });
  }),
  route("POST", "/v1/disputes/{id}/close", v.strictObject(expandable), ({ account, id }) =>
    closeDispute(account, open(account, id), "lost"),
  ),
];
