import { matterTypes } from "../projection/end-for-charge.ts";
import { eventTypes } from "../webhook/webhook-events.ts";

/** Types that refresh and need not be looked for: another one that does comes with them, or nothing changes by them. */
const spare: readonly (keyof typeof eventTypes)[] = [
  "customer.subscription.trial_will_end",
  "invoice.payment_action_required",
  "checkout.session.expired",
];

/**
 * The types of which an undelivered event is made up for: as many as Stripe lists in one request
 * (https://docs.stripe.com/api/events/list, `types`).
 */
export const undeliveredTypes: readonly string[] = [
  ...(Object.keys(eventTypes) as (keyof typeof eventTypes)[]).filter(
    (type) => eventTypes[type] === "refresh" && !spare.includes(type),
  ),
  ...matterTypes,
];
