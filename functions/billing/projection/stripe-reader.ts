import type { Stripe } from "stripe";
import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";
import { metadataUser } from "../stripe/metadata-user.ts";
import { orMissing } from "../stripe/or-missing.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { type StripeSubscription, stripeSubscription } from "./project-subscriptions.ts";

/** What the projection asks Stripe. */
export interface StripeReader {
  /** All subscriptions of a customer, ended ones too. None when Stripe has no such customer. */
  subscriptionsOf(customerId: string): Promise<readonly StripeSubscription[]>;
  /** The customer that an object of Stripe's belongs to, by the object's id. */
  customerOf(objectId: string): Promise<string | undefined>;
  /** Whom we made the customer for. */
  userOf(customerId: string): Promise<string | undefined>;
}

const pageSize = 100;
const withCustomer = v.object({ customer: v.nullish(v.union([v.string(), v.object({ id: v.string() })])) });

/** One request for a customer of up to 100 subscriptions. Throws Failure `stripe_malformed` for what Stripe does not send. */
export function stripeReader(stripe: Stripe, resilient: ResilientStripe): StripeReader {
  const readers: Readonly<Record<string, (id: string, options: { timeout: number }) => Promise<unknown>>> = {
    sub: (id, options) => stripe.subscriptions.retrieve(id, {}, options),
    in: (id, options) => stripe.invoices.retrieve(id, {}, options),
    cs: (id, options) => stripe.checkout.sessions.retrieve(id, {}, options),
  };
  return {
    subscriptionsOf: async (customer) => {
      const found: StripeSubscription[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await orMissing(
          resilient((options) =>
            stripe.subscriptions.list(
              {
                customer,
                status: "all",
                limit: pageSize,
                expand: ["data.latest_invoice"],
                ...(after !== undefined && { starting_after: after }),
              },
              options,
            ),
          ),
        );
        const parsed = v.safeParse(v.array(stripeSubscription), page?.data ?? []);
        if (!parsed.success) throw new Failure("stripe_malformed", "expected a list of subscriptions");
        found.push(...parsed.output);
        after = parsed.output.at(-1)?.id;
        more = page?.has_more === true && after !== undefined;
      }
      return found;
    },
    customerOf: async (objectId) => {
      const read = readers[objectId.split("_")[0] ?? ""];
      if (!read) return undefined;
      const object = await orMissing(resilient((options) => read(objectId, options)));
      const { success, output } = v.safeParse(withCustomer, object);
      if (!success) return undefined;
      return typeof output.customer === "string" ? output.customer : output.customer?.id;
    },
    userOf: async (customerId) => {
      const customer = await orMissing(
        resilient((options) => stripe.customers.retrieve(customerId, {}, options)),
      );
      return customer && !customer.deleted ? metadataUser(customer.metadata) : undefined;
    },
  };
}
