import type { Stripe } from "stripe";
import type { Status } from "./billing/subscription-states.ts";

/**
 * An object of Stripe's as the fake keeps it, with every required field of the SDK's type: what may be
 * expanded is an id, and a decimal is text, as on the wire.
 */
export type Stored<T> = { [Name in keyof T]: Field<T[Name]> };
type Field<T> = string extends T ? Extract<T, string | null | undefined> : Value<T>;
type Value<T> = T extends Stripe.Decimal
  ? string
  : T extends readonly (infer Item)[]
    ? Field<Item>[]
    : T extends object
      ? Stored<T>
      : T;

export type Customer = Stored<Stripe.Customer>;
export type Product = Stored<Stripe.Product>;
export type Price = Stored<Stripe.Price> & { recurring: Stored<Stripe.Price.Recurring> | null };
export type PaymentMethod = Stored<Stripe.PaymentMethod>;
export type Subscription = Omit<Stored<Stripe.Subscription>, "status"> & { status: Status };
export type SubscriptionItem = Stored<Stripe.SubscriptionItem>;
export type Invoice = Stored<Stripe.Invoice>;
export type InvoiceLine = Stored<Stripe.InvoiceLineItem>;
export type InvoicePayment = Stored<Stripe.InvoicePayment>;
export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type SetupIntent = Stored<Stripe.SetupIntent>;
export type Charge = Stored<Stripe.Charge>;
export type Refund = Stored<Stripe.Refund>;
export type Dispute = Stored<Stripe.Dispute>;
export type EarlyFraudWarning = Stored<Stripe.Radar.EarlyFraudWarning>;
export type CheckoutSession = Stored<Stripe.Checkout.Session>;
export type LineItem = Stored<Stripe.LineItem>;
export type PortalSession = Stored<Stripe.BillingPortal.Session>;
export type PortalConfiguration = Stored<Stripe.BillingPortal.Configuration>;
export type TaxId = Stored<Stripe.TaxId>;
export type TestClock = Stored<Stripe.TestHelpers.TestClock>;
export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint>;
export type EventDestination = Stored<Stripe.V2.Core.EventDestination>;

/** The types of thin events, and those of snapshot events that have a thin twin, `v1.` before their name. */
export type ThinEventType = Stripe.V2.Core.Event["type"];
export type EventType = Twinned<Stripe.Event["type"]>;
type Twinned<Type extends string> = Type extends string
  ? `v1.${Type}` extends ThinEventType
    ? Type
    : never
  : never;
