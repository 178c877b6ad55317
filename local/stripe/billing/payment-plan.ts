import * as v from "valibot";

/** What the next payment of a customer, or of anybody, meets, whatever the card. */
export const plannedPayment = v.strictObject({
  outcome: v.picklist([
    "card_declined",
    "insufficient_funds",
    "expired_card",
    "processing_error",
    "authentication_required",
    "finalization_failed",
  ]),
  customer: v.exactOptional(v.pipe(v.string(), v.startsWith("cus_"))),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
});

export type PlannedPayment = v.InferOutput<typeof plannedPayment>;

export interface PaymentPlan {
  add(payment: PlannedPayment): void;
  clear(): void;
  list(): readonly PlannedPayment[];
  /** Takes the first one for this customer off the plan, of payments or of finalizations. */
  take(customer: string, what: "payment" | "finalization"): PlannedPayment["outcome"] | undefined;
}

export function createPaymentPlan(): PaymentPlan {
  let planned: readonly PlannedPayment[] = [];
  return {
    add: (payment) => {
      planned = [...planned, payment];
    },
    clear: () => {
      planned = [];
    },
    list: () => planned,
    take(customer, what) {
      const index = planned.findIndex(
        (payment) =>
          (payment.outcome === "finalization_failed") === (what === "finalization") &&
          (payment.customer ?? customer) === customer,
      );
      const payment = planned[index];
      if (!payment) return undefined;
      const left = payment.times - 1;
      planned = planned.flatMap((each, place) =>
        place !== index ? [each] : left > 0 ? [{ ...each, times: left }] : [],
      );
      return payment.outcome;
    },
  };
}
