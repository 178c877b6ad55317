import * as v from "valibot";

/** An id of Stripe's. It is a message group too, so it has at most 128 characters. */
export const stripeId = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_]{1,128}$/));
