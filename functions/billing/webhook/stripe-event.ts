import * as v from "valibot";

/** What any event of Stripe's has, for API Gateway to ask of a body before it calls the function. It changes no byte. */
export const stripeEvent = v.object({
  object: v.picklist(["event", "v2.core.event"]),
  id: v.string(),
  type: v.string(),
});
