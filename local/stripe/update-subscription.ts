import type * as v from "valibot";
import type { Account } from "./account.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { invalid } from "./api/stripe-error.ts";
import { changeSubscription, subscriptionOf } from "./billing/change-subscription.ts";
import { endTrialNow } from "./billing/renew-subscription.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { updateItems } from "./billing/update-items.ts";
import { defined } from "./defined.ts";
import { unattached } from "./payment-methods.ts";
import type { Subscription } from "./stored.ts";
import { itemsAfter } from "./subscription-items.ts";
import { itemList } from "./subscription-object.ts";
import type { subscriptionUpdate } from "./subscription-parameters.ts";

type Update = v.InferOutput<typeof subscriptionUpdate>;

/** https://docs.stripe.com/api/subscriptions/update. One that has ended takes metadata and cancellation details only. */
export function updateSubscription(
  account: Account,
  subscription: Subscription,
  given: Update,
): Subscription {
  const { id, status } = subscription;
  checkAllowed(account, subscription, given);
  const more = membersOf(account, subscription, given);
  const isEndingTrial = given.trial_end === "now" && status === "trialing";
  if (given.items || given.billing_cycle_anchor === "now") {
    updateItems(account, id, {
      items: itemsAfter(account, subscription, given.items ?? []),
      prorationBehavior: given.proration_behavior ?? "create_prorations",
      paymentBehavior: given.payment_behavior,
      resetAnchor: given.billing_cycle_anchor === "now",
      more,
    });
  } else if (!isEndingTrial || Object.keys(more).length > 1) {
    changeSubscription(account, id, more);
  }
  if (isEndingTrial) endTrialNow(account, id);
  return subscriptionOf(account, id);
}

function checkAllowed(account: Account, subscription: Subscription, given: Update): void {
  const { id, status, customer } = subscription;
  const { metadata: _, cancellation_details: __, expand: ___, payment_behavior: ____, ...others } = given;
  const named = Object.keys(defined(others));
  if (isTerminal(subscription) && named.length > 0) {
    throw invalid(
      `A subscription that is ${status} takes only metadata and cancellation_details.`,
      named[0],
      "invalid_canceled_subscription_fields",
    );
  }
  const isIncomplete = status === "incomplete" && named.some((name) => !settable.has(name));
  if (isIncomplete)
    throw invalid("An incomplete subscription can be changed only after its first payment.", named[0]);
  const method = given.default_payment_method;
  if (method !== undefined && account.paymentMethods.get(method)?.customer !== customer)
    throw unattached(method);
  const now = account.now(subscription.test_clock);
  if (typeof given.trial_end === "number" && given.trial_end <= now)
    throw invalid("trial_end must be in the future.", "trial_end");
  if (given.cancel_at && given.cancel_at <= now)
    throw invalid("cancel_at must be in the future.", "cancel_at");
  if (account.notes.get(id)?.pendingUpdate && given.items)
    throw invalid("This subscription has a pending update: pay or void its invoice.", "items");
}

const settable = new Set(["default_payment_method", "description", "payment_settings"]);

function membersOf(account: Account, subscription: Subscription, given: Update): Partial<Subscription> {
  const { cancellation_details, payment_settings, pause_collection, trial_end, trial_settings } = given;
  const isNewTrial = typeof trial_end === "number";
  const periodEnd = subscription.items.data[0]?.current_period_end ?? null;
  const now = account.now(subscription.test_clock);
  return {
    ...defined({
      collection_method: given.collection_method,
      days_until_due: given.days_until_due,
      default_payment_method: given.default_payment_method,
      description: given.description,
    }),
    metadata: mergeMetadata(subscription.metadata, given.metadata),
    ...(given.cancel_at !== undefined && {
      cancel_at: given.cancel_at,
      canceled_at: given.cancel_at === null ? null : now,
    }),
    ...(given.cancel_at_period_end === true && {
      cancel_at_period_end: true,
      cancel_at: periodEnd,
      canceled_at: now,
    }),
    ...(given.cancel_at_period_end === false && {
      cancel_at_period_end: false,
      cancel_at: null,
      canceled_at: null,
    }),
    ...((cancellation_details || given.cancel_at_period_end !== undefined) && {
      cancellation_details: {
        ...(subscription.cancellation_details ?? { comment: null, feedback: null, feedback_option: null }),
        ...defined(cancellation_details ?? {}),
        reason: given.cancel_at_period_end ? "cancellation_requested" : null,
      },
    }),
    ...(payment_settings && {
      payment_settings: {
        payment_method_options: null,
        payment_method_types: payment_settings.payment_method_types ?? null,
        save_default_payment_method: payment_settings.save_default_payment_method ?? "off",
      },
    }),
    ...(pause_collection !== undefined && {
      pause_collection: pause_collection && {
        behavior: pause_collection.behavior,
        resumes_at: pause_collection.resumes_at ?? null,
      },
    }),
    ...(trial_settings && {
      trial_settings: { end_behavior: { billing_cycle_anchor: null, ...trial_settings.end_behavior } },
    }),
    ...(isNewTrial && subscription.status === "trialing" && longerTrial(subscription, trial_end)),
  };
}

const longerTrial = ({ id, items }: Subscription, end: number): Partial<Subscription> => ({
  trial_end: end,
  billing_cycle_anchor: end,
  items: itemList(
    id,
    items.data.map((item) => ({ ...item, current_period_end: end })),
  ),
});
