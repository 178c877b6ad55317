import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  created,
  expandable,
  integer,
  listed,
  metadata,
  oneOf,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { invalid, StripeError } from "./api/stripe-error.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { Charge, Refund } from "./stored.ts";

const creation = parametersOf<Stripe.RefundCreateParams>()({
  ...expandable,
  amount: v.optional(integer(1)),
  charge: v.optional(text()),
  metadata: v.optional(metadata()),
  payment_intent: v.optional(text()),
  reason: v.optional(oneOf("duplicate", "fraudulent", "requested_by_customer")),
});
type Creation = v.InferOutput<typeof creation>;

/** Seconds until a refund of the cards that delay or fail theirs is decided. */
const hour = 60 * 60;

/**
 * Gives money back (https://docs.stripe.com/api/refunds/create). Throws for more than is left of the charge.
 * The subscription is not touched: Stripe does not end one for a refund either.
 */
export function createRefund(account: Account, given: Creation): Refund {
  const charge = chargeFor(account, given);
  const left = charge.amount - charge.amount_refunded;
  if (left === 0)
    throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, "charge_already_refunded");
  if (charge.disputed) throw invalid(`Charge ${charge.id} is disputed.`, undefined, "charge_disputed");
  const amount = given.amount ?? left;
  if (amount > left)
    throw invalid(
      `Refund amount (${amount}) is greater than what is left of the charge (${left}).`,
      "amount",
    );
  const then = account.testCards.get(charge.payment_method ?? "")?.aftermath;
  const isPending = then === "pending_refund";
  const refund = account.refunds.put(refundObject(account, charge, amount, given, isPending));
  const total = charge.amount_refunded + amount;
  const refunded = account.charges.put({
    ...charge,
    amount_refunded: total,
    refunded: total === charge.amount,
  });
  emit(account, "refund.created", refund);
  emit(account, "charge.refunded", refunded);
  if (isPending) later(account, refund, () => succeed(account, refund.id));
  if (then === "failing_refund") later(account, refund, () => fail(account, refund.id));
  return refund;
}

function chargeFor(account: Account, { charge, payment_intent }: Creation): Charge {
  if ((charge === undefined) === (payment_intent === undefined)) {
    throw invalid("One of charge and payment_intent is required, not both.", "charge");
  }
  const intent =
    payment_intent === undefined
      ? undefined
      : foundIn(account.paymentIntents, "payment_intent", payment_intent, "payment_intent");
  const found = foundIn(account.charges, "charge", charge ?? intent?.latest_charge ?? "", "charge");
  if (found.status === "succeeded") return found;
  throw new StripeError(400, `The charge ${found.id} did not succeed, so there is nothing to refund.`, {
    code: "charge_not_refundable",
  });
}

const refundObject = (
  account: Account,
  charge: Charge,
  amount: number,
  given: Creation,
  isPending: boolean,
): Refund => ({
  id: account.newId("re_"),
  object: "refund",
  amount,
  balance_transaction: null,
  charge: charge.id,
  created: charge.customer === null ? account.now() : account.nowFor(charge.customer),
  currency: charge.currency,
  customer: charge.customer,
  customer_account: null,
  metadata: mergeMetadata({}, given.metadata),
  payment_intent: charge.payment_intent,
  payment_method: charge.payment_method,
  reason: given.reason ?? null,
  receipt_number: null,
  source_transfer_reversal: null,
  status: isPending ? "pending" : "succeeded",
  transfer_reversal: null,
});

function later(account: Account, { id, customer, created: at }: Refund, work: () => void): void {
  const testClock = customer === null ? null : account.testClockOf(customer);
  account.agenda.set(id, { testClock, at: at + hour }, work);
}

function succeed(account: Account, id: string): void {
  const before = foundIn(account.refunds, "refund", id);
  emit(account, "refund.updated", account.refunds.put({ ...before, status: "succeeded" }), before);
}

/** The bank could not take the money: it is back with the seller, and the charge is as before. */
function fail(account: Account, id: string): void {
  const before = foundIn(account.refunds, "refund", id);
  const failed = account.refunds.put({
    ...before,
    status: "failed",
    failure_reason: "expired_or_canceled_card",
  });
  const charge = foundIn(account.charges, "charge", before.charge ?? "");
  account.charges.put({
    ...charge,
    amount_refunded: charge.amount_refunded - before.amount,
    refunded: false,
  });
  emit(account, "refund.updated", failed, before);
  emit(account, "refund.failed", failed);
}

export const refundRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/refunds", creation, ({ account, parameters }) => createRefund(account, parameters)),
  route(
    "GET",
    "/v1/refunds",
    v.strictObject({
      ...listed,
      charge: v.optional(text()),
      payment_intent: v.optional(text()),
      created: v.optional(created()),
    }),
    ({ account, parameters: { charge, payment_intent, ...rest } }) => {
      const refunds = account.refunds
        .newestFirst()
        .filter(
          (refund) =>
            refund.charge === (charge ?? refund.charge) &&
            refund.payment_intent === (payment_intent ?? refund.payment_intent) &&
            isWithin(refund.created, rest.created),
        );
      return pageOf(refunds, rest, "/v1/refunds");
    },
  ),
  route("GET", "/v1/refunds/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.refunds, "refund", id),
  ),
];
