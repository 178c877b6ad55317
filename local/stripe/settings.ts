import * as v from "valibot";

const dayCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60));

/**
 * What a person sets in Stripe's Dashboard: after how many days failed renewals are tried again, what follows
 * the last try, what a dispute does to its subscription, and whether Checkout waits for the webhook of a
 * completed session before it redirects (Stripe: up to ten seconds).
 */
export const settings = v.strictObject({
  retryAfterDays: v.optional(v.pipe(v.array(dayCount), v.maxLength(8)), [3, 5, 7]),
  afterLastRetry: v.optional(v.picklist(["cancel", "unpaid", "past_due", "pause"]), "cancel"),
  pauseAfterFirstFailure: v.optional(v.boolean(), false),
  onDispute: v.optional(v.picklist(["nothing", "cancel"]), "nothing"),
  checkoutWaitsForWebhook: v.optional(v.boolean(), true),
});

export type Settings = v.InferOutput<typeof settings>;
export const defaultSettings: Settings = v.parse(settings, {});
