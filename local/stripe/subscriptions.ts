import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { expandable } from "./api/parameters.ts";
import { invalid, missing } from "./api/stripe-error.ts";
import { cancelSubscription } from "./billing/cancel-subscription.ts";
import { moveSubscription, pausedBecause } from "./billing/change-subscription.ts";
import { createSubscription } from "./billing/create-subscription.ts";
import { resumeSubscription } from "./billing/resume-subscription.ts";
import { stopCollection } from "./billing/stop-collection.ts";
import { canMove, isTerminal } from "./billing/subscription-states.ts";
import { defined } from "./defined.ts";
import { foundIn } from "./found-in.ts";
import { unattached } from "./payment-methods.ts";
import type { Subscription } from "./stored.ts";
import { checkTogether, sellable } from "./subscription-items.ts";
import * as parameters from "./subscription-parameters.ts";
import { updateSubscription } from "./update-subscription.ts";

const daySeconds = 24 * 60 * 60;

function create(
  account: Account,
  given: v.InferOutput<typeof parameters.subscriptionCreation>,
): Subscription {
  foundIn(account.customers, "customer", given.customer, "customer");
  const items = given.items.map(({ price, quantity = 1, metadata }, index) => ({
    price: sellable(account, price, `items[${index}][price]`),
    quantity,
    ...(metadata && { metadata }),
  }));
  checkTogether(items.map(({ price }) => price));
  const method = given.default_payment_method;
  if (method !== undefined && account.paymentMethods.get(method)?.customer !== given.customer)
    throw unattached(method);
  if (given.collection_method === "send_invoice" && given.days_until_due === undefined) {
    throw invalid(
      "days_until_due is required with collection_method send_invoice.",
      "days_until_due",
      "parameter_missing",
    );
  }
  return createSubscription(account, {
    customer: given.customer,
    items,
    behavior: given.payment_behavior,
    trialEnd: trialEndOf(account, given),
    metadata: mergeMetadata({}, given.metadata),
    more: more(given),
  });
}

const more = (given: v.InferOutput<typeof parameters.subscriptionCreation>): Partial<Subscription> => ({
  ...defined({
    cancel_at: given.cancel_at,
    cancel_at_period_end: given.cancel_at_period_end,
    collection_method: given.collection_method,
    days_until_due: given.days_until_due,
    default_payment_method: given.default_payment_method,
    description: given.description,
  }),
  ...(given.billing_mode?.type === "classic" && { billing_mode: { type: "classic", flexible: null } }),
  ...(given.payment_settings && {
    payment_settings: {
      payment_method_options: null,
      payment_method_types: given.payment_settings.payment_method_types ?? null,
      save_default_payment_method: given.payment_settings.save_default_payment_method ?? "off",
    },
  }),
  ...(given.trial_settings && {
    trial_settings: { end_behavior: { billing_cycle_anchor: null, ...given.trial_settings.end_behavior } },
  }),
});

function trialEndOf(
  account: Account,
  { customer, trial_end, trial_period_days }: v.InferOutput<typeof parameters.subscriptionCreation>,
): number | undefined {
  if (trial_end !== undefined && trial_period_days !== undefined) {
    throw invalid("trial_end and trial_period_days exclude each other.", "trial_end");
  }
  const now = account.nowFor(customer);
  if (typeof trial_end === "number") {
    if (trial_end <= now) throw invalid("trial_end must be in the future.", "trial_end");
    return trial_end;
  }
  return trial_period_days ? now + trial_period_days * daySeconds : undefined;
}

/** https://docs.stripe.com/billing/subscriptions/pause: what cannot be paused. */
function pause(account: Account, id: string): Subscription {
  const subscription = foundIn(account.subscriptions, "subscription", id);
  if (subscription.billing_mode.type !== "flexible")
    throw invalid("Only subscriptions of flexible billing mode can be paused.");
  if (subscription.collection_method !== "charge_automatically")
    throw invalid("Only subscriptions that are charged automatically can be paused.");
  if (!canMove(subscription.status, "pause_requested"))
    throw invalid(`A subscription that is ${subscription.status} cannot be paused.`);
  stopCollection(account, id);
  return moveSubscription(
    account,
    id,
    "pause_requested",
    pausedBecause("pause_requested", account.now(subscription.test_clock)),
  );
}

function isListed(subscription: Subscription, status: string | undefined): boolean {
  if (status === "all") return true;
  if (status === "ended") return isTerminal(subscription);
  // Without a status all but the canceled are listed (https://docs.stripe.com/api/subscriptions/list).
  return status === undefined ? subscription.status !== "canceled" : subscription.status === status;
}

export const subscriptionRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/subscriptions", parameters.subscriptionCreation, ({ account, parameters: given }) =>
    create(account, given),
  ),
  route("GET", "/v1/subscriptions", parameters.subscriptionListing, ({ account, parameters: given }) => {
    const { customer, price, status, test_clock = null, collection_method } = given;
    const subscriptions = account.subscriptions.newestFirst().filter(
      (one) =>
        one.customer === (customer ?? one.customer) &&
        // Those of a test clock are listed only with it, or with their customer.
        (customer !== undefined || one.test_clock === test_clock) &&
        (price === undefined || one.items.data.some((item) => item.price.id === price)) &&
        one.collection_method === (collection_method ?? one.collection_method) &&
        isListed(one, status) &&
        isWithin(one.created, given.created),
    );
    return pageOf(subscriptions, given, "/v1/subscriptions");
  }),
  route("GET", "/v1/subscriptions/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.subscriptions, "subscription", id),
  ),
  route(
    "POST",
    "/v1/subscriptions/{id}",
    parameters.subscriptionUpdate,
    ({ account, id, parameters: given }) =>
      updateSubscription(account, foundIn(account.subscriptions, "subscription", id), given),
  ),
  route(
    "DELETE",
    "/v1/subscriptions/{id}",
    parameters.subscriptionCancellation,
    ({ account, id, parameters: given }) => {
      // One that has ended is not found any more.
      if (isTerminal(foundIn(account.subscriptions, "subscription", id))) throw missing("subscription", id);
      return cancelSubscription(
        account,
        id,
        "cancellation_requested",
        "cancel",
        defined(given.cancellation_details ?? {}),
      );
    },
  ),
  route("POST", "/v1/subscriptions/{id}/pause", parameters.subscriptionPause, ({ account, id }) =>
    pause(account, id),
  ),
  route(
    "POST",
    "/v1/subscriptions/{id}/resume",
    parameters.subscriptionResumption,
    ({ account, id, parameters: given }) => {
      const { status } = foundIn(account.subscriptions, "subscription", id);
      if (status !== "paused") throw invalid(`Only a paused subscription can be resumed; it is ${status}.`);
      if (account.notes.get(id)?.resumption)
        throw invalid("This subscription is being resumed: pay its latest invoice.");
      const payNow = given.payment_behavior === "resume_on_payment_success";
      return resumeSubscription(account, id, { anchor: given.billing_cycle_anchor.type, payNow });
    },
  ),
];
