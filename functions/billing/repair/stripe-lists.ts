import type { Stripe } from "stripe";
import * as v from "valibot";
import type { ChargeMatter } from "../projection/end-for-charge.ts";
import { type StripeSubscription, stripeSubscription } from "../projection/project-subscriptions.ts";
import { metadataUser } from "../stripe/metadata-user.ts";
import { orMissing } from "../stripe/or-missing.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { stripeId } from "../stripe/stripe-id.ts";
import { type BillingEvent, billingEventOf } from "../webhook/billing-event.ts";
import { undeliveredTypes } from "./undelivered-types.ts";

/** Epoch seconds, both included. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface ListedSubscription {
  readonly customerId: string;
  /** Whom the customer was made for, as Stripe carries it. */
  readonly user?: string;
  readonly subscription: StripeSubscription;
}

/** Something that happened to the money of a payment. */
export interface ListedMatter {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly chargeId: string;
  readonly livemode: boolean;
}

/** A page of a list that is newest first. `next` is what the page after it begins behind; absent at the end. */
export interface StripePage<Item> {
  readonly items: readonly Item[];
  /** Items that are not what Stripe's API promises. */
  readonly unreadable: number;
  readonly next?: string;
}

/** What of Stripe's account is compared with our rows. Undefined when the id to begin behind is not known any more. */
export interface StripeLists {
  /** Events of `undeliveredTypes`, of which a webhook failed or is still being tried. */
  undelivered(span: Span, after?: string): Promise<StripePage<BillingEvent> | undefined>;
  /** Refunds, disputes or warnings that were made in the span, delivered or not. */
  matters(matter: ChargeMatter, span: Span, after?: string): Promise<StripePage<ListedMatter> | undefined>;
  /** All subscriptions, ended ones too. */
  subscriptions(after?: string): Promise<StripePage<ListedSubscription> | undefined>;
}

const pageSize = 100;

const listed = v.object({
  ...stripeSubscription.entries,
  // Without metadata where it was deleted.
  customer: v.union([stripeId, v.object({ id: stripeId, metadata: v.optional(v.unknown()) })]),
});

/** A refund says nothing of its mode, nor of its charge where the payment was none of a card or a bank. */
const matter = v.object({
  id: stripeId,
  created: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  charge: v.union([stripeId, v.object({ id: stripeId })]),
  livemode: v.optional(v.boolean(), false),
});

/**
 * One request a page of up to 100 (https://docs.stripe.com/api/pagination,
 * https://docs.stripe.com/webhooks/process-undelivered-events).
 */
export const stripeLists = (stripe: Stripe, resilient: ResilientStripe): StripeLists => ({
  undelivered: async ({ from, until }, after) =>
    pageOf(
      await orMissing(
        resilient((options) =>
          stripe.events.list(
            {
              delivery_success: false,
              types: [...undeliveredTypes],
              created: { gte: from, lte: until },
              limit: pageSize,
              ...(after !== undefined && { starting_after: after }),
            },
            options,
          ),
        ),
      ),
      billingEventOf,
    ),

  matters: async (of, { from, until }, after) => {
    const params = {
      created: { gte: from, lte: until },
      limit: pageSize,
      ...(after !== undefined && { starting_after: after }),
    };
    const list = (options: { readonly timeout: number }) => {
      if (of === "refund") return stripe.refunds.list(params, options);
      if (of === "dispute") return stripe.disputes.list(params, options);
      return stripe.radar.earlyFraudWarnings.list(params, options);
    };
    return pageOf<ListedMatter>(await orMissing(resilient<Listing>(list)), (each) => {
      const parsed = v.safeParse(matter, each);
      if (!parsed.success) return undefined;
      const { charge, ...rest } = parsed.output;
      return { ...rest, chargeId: typeof charge === "string" ? charge : charge.id };
    });
  },

  subscriptions: async (after) =>
    pageOf(
      await orMissing(
        resilient((options) =>
          stripe.subscriptions.list(
            {
              status: "all",
              limit: pageSize,
              expand: ["data.customer", "data.latest_invoice"],
              ...(after !== undefined && { starting_after: after }),
            },
            options,
          ),
        ),
      ),
      (each) => {
        const parsed = v.safeParse(listed, each);
        if (!parsed.success) return undefined;
        const { customer, ...subscription } = parsed.output;
        if (typeof customer === "string") return { customerId: customer, subscription };
        const user = metadataUser(customer.metadata);
        return { customerId: customer.id, ...(user !== undefined && { user }), subscription };
      },
    ),
});

type Listing = Stripe.ApiList<{ readonly id: string }>;

function pageOf<Item>(
  page: Listing | undefined,
  read: (item: unknown) => Item | undefined,
): StripePage<Item> | undefined {
  if (!page) return undefined;
  const items = page.data.map(read).filter((item) => item !== undefined);
  const last = page.data.at(-1)?.id;
  return {
    items,
    unreadable: page.data.length - items.length,
    ...(page.has_more && last !== undefined && { next: last }),
  };
}
