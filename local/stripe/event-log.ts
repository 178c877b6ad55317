import type { Account, Cause } from "./account.ts";
import { changesBetween } from "./changes-between.ts";
import type * as s from "./stored.ts";

/** A snapshot event as it is kept: its object as it was, in the newest shape. */
export interface SnapshotEvent {
  readonly id: string;
  readonly created: number;
  readonly type: s.EventType;
  readonly object: object;
  readonly previous: object | undefined;
  readonly request: Cause | null;
}

/** A thin event as it is kept (https://docs.stripe.com/api/v2/core/events/object). */
export interface ThinEvent {
  readonly id: string;
  readonly created: number;
  readonly type: s.ThinEventType;
  readonly related: { readonly id: string; readonly type: string; readonly url: string };
  readonly snapshot: string;
  readonly changes: { readonly before: object; readonly after: object } | undefined;
  readonly request: Cause | null;
}

/** Objects by the type of what is told of them; the names are the SDK's. */
interface Told {
  readonly id?: string;
  readonly object: string;
}

const semantic: Readonly<Record<string, s.ThinEventType>> = {
  active: "v1.customer.subscription.active",
  incomplete: "v1.customer.subscription.incomplete",
  incomplete_expired: "v1.customer.subscription.incomplete_expired",
  past_due: "v1.customer.subscription.past_due",
  trialing: "v1.customer.subscription.trialing",
  unpaid: "v1.customer.subscription.unpaid",
};

/** Where an object that thin events are about can be read. */
const paths: Readonly<Record<string, string>> = {
  charge: "charges",
  "checkout.session": "checkout/sessions",
  customer: "customers",
  dispute: "disputes",
  invoice: "invoices",
  invoice_payment: "invoice_payments",
  payment_intent: "payment_intents",
  payment_method: "payment_methods",
  price: "prices",
  product: "products",
  "radar.early_fraud_warning": "radar/early_fraud_warnings",
  refund: "refunds",
  setup_intent: "setup_intents",
  subscription: "subscriptions",
  "test_helpers.test_clock": "test_helpers/test_clocks",
};

/**
 * Records that something happened to an object, with what it was `before` where it changed. It becomes one
 * snapshot event, and one thin event of the same name; a change of a subscription's status is a further thin
 * event.
 */
export function emit(account: Account, type: s.EventType, object: Told, before?: object): void {
  const previous = before && changesBetween(before, object);
  const created = account.eventSecond ?? account.now();
  const request = account.cause;
  const event: SnapshotEvent = {
    id: account.newId("evt_"),
    created,
    type,
    object: structuredClone(object),
    previous,
    request,
  };
  account.events.put(event);
  const path = paths[object.object];
  if (object.id === undefined || path === undefined) return;
  const related = { id: object.id, type: object.object, url: `/v1/${path}/${object.id}` };
  for (const thinType of thinTypes(type, object, previous)) {
    account.thinEvents.put({
      id: account.newId("evt_test_"),
      created,
      type: thinType,
      related,
      snapshot: event.id,
      changes: previous && { before: previous, after: changesBetween(object, before ?? {}) },
      request,
    });
  }
}

function thinTypes(type: s.EventType, object: Told, previous: object | undefined): s.ThinEventType[] {
  const twin: s.ThinEventType = `v1.${type}`;
  const isNewStatus =
    type === "customer.subscription.created" || (previous !== undefined && "status" in previous);
  const status =
    object.object === "subscription" && isNewStatus ? semantic[(object as s.Subscription).status] : undefined;
  return status === undefined ? [twin] : [twin, status];
}

const thirtyDays = 30 * 24 * 60 * 60;

/** Events that Stripe still gives: those of the last 30 days (https://docs.stripe.com/api/events). */
export const isRetained = (account: Account, { created }: { readonly created: number }): boolean =>
  created > account.now() - thirtyDays;
