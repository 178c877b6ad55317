import { Stripe } from "stripe";
import { type Plans, planOf, planOfPrice } from "../access/plans.ts";
import { isStored500, rounds } from "../purchases/stripe-customer.ts";
import { listAll } from "../stripe/list-all.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import type { WantedChange } from "./change-request.ts";
import { pendingPlanOf } from "./customer-subscription.ts";

export interface ChangePorts {
  readonly stripe: Stripe;
  readonly resilient: ResilientStripe;
  readonly plans: Plans;
}

export type ChangeRefused = {
  readonly kind: "refused";
  readonly code:
    | "subscription_missing"
    | "subscription_ended"
    | "subscription_not_changeable"
    | "change_pending"
    | "group_required";
};

export type Changed =
  | { readonly kind: "changed"; readonly subscription: Stripe.Subscription }
  | ChangeRefused;

type Options = { readonly timeout: number; readonly idempotencyKey: string };
type Step = {
  readonly name: "cancel" | "keep" | "resume" | "change";
  readonly send: (stripe: Stripe, id: string, options: Options) => Promise<Stripe.Subscription>;
};

const ended = new Set(["canceled", "incomplete_expired"]);
const shown = ["latest_invoice.confirmation_secret"];

/**
 * Brings one of the customer's subscriptions to where it is wanted. What Stripe shows decides what is still to be
 * done, so a repeated change does nothing, and a row that lags behind does no harm. Throws Failure
 * `stripe_unavailable`, or Stripe's own error.
 */
export async function applyChange(
  ports: ChangePorts,
  { customer, wanted, attempt }: { customer: string; wanted: WantedChange; attempt: string },
): Promise<Changed> {
  for (let round = 0; ; round += 1) {
    const found = await findSubscription(ports, customer, wanted);
    if (found.kind === "refused") return found;
    const steps = stepsTo(wanted, found.subscription, ports.plans);
    if ("kind" in steps) return steps;
    try {
      let { subscription } = found;
      for (const { name, send } of steps) {
        const idempotencyKey = `${name}-${attempt}-${round}`;
        subscription = await ports.resilient((options) =>
          send(ports.stripe, subscription.id, { ...options, idempotencyKey }),
        );
      }
      return { kind: "changed", subscription };
    } catch (error) {
      if (hasEnded(error)) return { kind: "refused", code: "subscription_ended" };
      if (!isStored500(error) || round + 1 >= rounds) throw error;
    }
  }
}

/** It ended between our look and our request. */
const hasEnded = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError &&
  (error.code === "resource_missing" || error.code === "invalid_canceled_subscription_fields");

/**
 * The customer's live subscription of the group, or its only one. Never another's: only the customer's are listed. Where
 * the group has none, another plan may be taken in place of one whose price no plan has any more: it keeps every group
 * from being bought.
 */
export async function findSubscription(
  { stripe, resilient, plans }: ChangePorts,
  customer: string,
  { action, group }: Pick<WantedChange, "action" | "group">,
): Promise<Changed> {
  const expand = shown.map((each) => `data.${each}`);
  const listed = await listAll((page) =>
    resilient((options) => stripe.subscriptions.list({ customer, status: "all", expand, ...page }, options)),
  );
  const isLive = ({ status }: Stripe.Subscription) => !ended.has(status) && status !== "incomplete";
  const all = listed.filter((one) => group === undefined || groupOf(one, plans) === group);
  const unsold = listed.filter((one) => isLive(one) && groupOf(one, plans) === undefined);
  const own = all.filter(isLive);
  const live = own.length === 0 && action === "change" ? unsold : own;
  const [newest] = live;
  if (!newest) {
    const code = all.some(({ status }) => ended.has(status)) ? "subscription_ended" : "subscription_missing";
    return { kind: "refused", code };
  }
  if (new Set(live.map((one) => groupOf(one, plans))).size > 1) {
    return { kind: "refused", code: "group_required" };
  }
  return { kind: "changed", subscription: newest };
}

const itemOf = ({ items }: Stripe.Subscription, plans: Plans) =>
  items.data.find(({ price }) => planOfPrice(plans, price.id)) ?? items.data[0];

const groupOf = (subscription: Stripe.Subscription, plans: Plans): string | undefined =>
  planOfPrice(plans, itemOf(subscription, plans)?.price.id ?? "")?.plan.group;

/** What is still to be sent. */
function stepsTo(
  wanted: WantedChange,
  subscription: Stripe.Subscription,
  plans: Plans,
): readonly Step[] | ChangeRefused {
  const { status, cancel_at, cancel_at_period_end } = subscription;
  const item = itemOf(subscription, plans);
  if (wanted.action === "cancel") {
    // Ended at a later day by somebody else, it would be renewed until then.
    const endsInTime = cancel_at_period_end || (cancel_at ?? Infinity) <= (item?.current_period_end ?? 0);
    return endsInTime ? [] : [cancelAtPeriodEnd];
  }
  if (wanted.action === "resume") {
    const keep = cancel_at_period_end ? [goOn] : cancel_at === null ? [] : [forgetEnd];
    return [...keep, ...(status === "paused" ? [resume] : [])];
  }
  const had = planOfPrice(plans, item?.price.id ?? "")?.planId;
  if (subscription.pending_update) {
    const isWanted = pendingPlanOf(subscription, plans) === wanted.planId;
    return isWanted ? [] : { kind: "refused", code: "change_pending" };
  }
  if (had === wanted.planId) return [];
  if (status !== "active" && status !== "trialing") {
    return { kind: "refused", code: "subscription_not_changeable" };
  }
  const dearer = isDearer(plans, had, wanted.planId);
  // In a trial nothing is invoiced yet, so a dearer plan would be had for nothing that the seller gives nobody to try.
  if (status === "trialing" && dearer && trialOf(plans, wanted.planId) < trialOf(plans, had)) {
    return { kind: "refused", code: "subscription_not_changeable" };
  }
  const isInvoiced = status === "active" && dearer;
  return [takePlan(item?.id ?? "", planOf(plans, wanted.planId)?.priceId ?? "", isInvoiced)];
}

/** True for a plan that stands behind the other, or that has any limit above the other's. */
function isDearer(plans: Plans, from: string | undefined, to: string): boolean {
  const had = from === undefined ? undefined : planOf(plans, from)?.limits;
  const wanted = planOf(plans, to)?.limits;
  if (!had || !wanted || from === undefined) return true;
  const order = Object.keys(plans);
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  return order.indexOf(to) > order.indexOf(from) || names.some((name) => wanted[name] > had[name]);
}

/** Days. */
const trialOf = (plans: Plans, planId: string | undefined): number =>
  (planId === undefined ? undefined : planOf(plans, planId)?.trialDays) ?? 0;

const endOf = (
  name: "cancel" | "keep",
  end: Pick<Stripe.SubscriptionUpdateParams, "cancel_at" | "cancel_at_period_end">,
): Step => ({
  name,
  send: (stripe, id, options) => stripe.subscriptions.update(id, { ...end, expand: shown }, options),
});
const cancelAtPeriodEnd = endOf("cancel", { cancel_at_period_end: true });
const goOn = endOf("keep", { cancel_at_period_end: false });
/** Of a day that somebody else has set. */
const forgetEnd = endOf("keep", { cancel_at: "" });

/** A period that is paid goes on; a new one is paid before it gives anything. */
const resume: Step = {
  name: "resume",
  send: (stripe, id, options) =>
    stripe.subscriptions.resume(
      id,
      {
        billing_cycle_anchor: { type: "unchanged" },
        payment_behavior: "resume_on_payment_success",
        expand: shown,
      },
      options,
    ),
};

/**
 * A dearer plan is invoiced at once and taken when that is paid; until then Stripe keeps the old one
 * (https://docs.stripe.com/billing/subscriptions/pending-updates). What a smaller one saves is credited.
 */
const takePlan = (item: string, price: string, isInvoiced: boolean): Step => ({
  name: "change",
  send: (stripe, id, options) =>
    stripe.subscriptions.update(
      id,
      {
        items: [{ id: item, price }],
        expand: shown,
        ...(isInvoiced
          ? { proration_behavior: "always_invoice", payment_behavior: "pending_if_incomplete" }
          : { proration_behavior: "create_prorations" }),
      },
      options,
    ),
});
