import * as v from "valibot";

/** What a subscription gives where Stripe leaves it to the seller: `synapse-d:access`, each with its default. */
export const accessPolicy = v.strictObject({
  /** Days of access after the first failed payment was seen. */
  pastDueGraceDays: v.optional(
    v.pipe(v.number(), v.integer("expected whole days"), v.minValue(0), v.maxValue(60)),
    7,
  ),
  /** A paused subscription. */
  onPause: v.optional(v.picklist(["end", "keep"]), "end"),
  /** A dearer plan whose invoice is not paid yet, and a new subscription that is active without having been paid. */
  onUnpaid: v.optional(v.picklist(["wait", "grant"]), "wait"),
  /** A payment that went back as a whole, one that its payer contests, and one of which the card's bank warns. */
  onRefund: v.optional(v.picklist(["keep", "end"]), "keep"),
  onDispute: v.optional(v.picklist(["keep", "end"]), "keep"),
  onFraudWarning: v.optional(v.picklist(["keep", "end"]), "keep"),
  /** A second subscription of the same price in a plan group. */
  onDuplicate: v.optional(v.picklist(["keep", "cancelAndRefund"]), "keep"),
});

export type AccessPolicy = v.InferOutput<typeof accessPolicy>;
