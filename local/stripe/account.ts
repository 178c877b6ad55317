import type { Clock } from "../clock.ts";
import { type Agenda, createAgenda } from "./billing/agenda.ts";
import { planNext } from "./billing/moments.ts";
import { createPaymentPlan, type PaymentPlan } from "./billing/payment-plan.ts";
import type { TestCard } from "./billing/test-cards.ts";
import type { SnapshotEvent, ThinEvent } from "./event-log.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { Store } from "./store.ts";
import type * as s from "./stored.ts";
import { createDeliveries, type Deliveries } from "./webhooks/deliveries.ts";
import { createDeliveryFaults } from "./webhooks/delivery-faults.ts";
import { createWebhookSecrets, type WebhookSecrets } from "./webhooks/webhook-secrets.ts";

/** What of a subscription Stripe knows without showing it. */
export interface SubscriptionNotes {
  readonly trialEndTold?: true;
  /** The period whose `invoice.upcoming` was sent, by its end. */
  readonly upcomingTold?: number;
  readonly resumption?: {
    readonly invoice: string;
    readonly expiresAt: number | null;
    readonly tryAgain: boolean;
  };
  /** What a pending update applies when its invoice is paid. */
  readonly pendingUpdate?: { readonly invoice: string; readonly items: s.SubscriptionItem[] };
}

/** What a Checkout session will make of a payment. */
export interface SessionPlan {
  readonly items: readonly { readonly price: string; readonly quantity: number }[];
  readonly trialEnd: number | undefined;
  readonly trialDays: number | undefined;
  readonly missingPaymentMethod: "pause" | "cancel" | "create_invoice" | undefined;
  readonly metadata: { [name: string]: string };
  readonly description: string | undefined;
}

/** The API request that is being answered, if one is. */
export interface Cause {
  readonly id: string;
  readonly idempotencyKey: string | null;
}

/** All that the fake knows: one account of Stripe's, in memory. */
export class Account {
  readonly customers = new Store<s.Customer>();
  readonly products = new Store<s.Product>();
  readonly prices = new Store<s.Price>();
  readonly paymentMethods = new Store<s.PaymentMethod>();
  readonly subscriptions = new Store<s.Subscription>(({ id }) => this.#changed.add(id));
  readonly invoices = new Store<s.Invoice>((invoice) => {
    const subscription = invoice.parent?.subscription_details?.subscription;
    if (!subscription) return;
    this.#changed.add(subscription);
    this.invoiceIds.set(subscription, (this.invoiceIds.get(subscription) ?? new Set()).add(invoice.id));
  });
  readonly invoicePayments = new Store<s.InvoicePayment>((payment) => {
    this.paymentIds.set(payment.invoice, payment.id);
    this.paymentIds.set(payment.payment.payment_intent ?? payment.id, payment.id);
  });
  readonly paymentIntents = new Store<s.PaymentIntent>();
  readonly setupIntents = new Store<s.SetupIntent>();
  readonly charges = new Store<s.Charge>();
  readonly refunds = new Store<s.Refund>();
  readonly disputes = new Store<s.Dispute>();
  readonly earlyFraudWarnings = new Store<s.EarlyFraudWarning>();
  readonly checkoutSessions = new Store<s.CheckoutSession>();
  readonly portalSessions = new Store<s.PortalSession>();
  readonly portalConfigurations = new Store<s.PortalConfiguration>();
  readonly taxIds = new Store<s.TaxId>();
  readonly testClocks = new Store<s.TestClock>();
  readonly webhookEndpoints = new Store<s.WebhookEndpoint>();
  readonly eventDestinations = new Store<s.EventDestination>();
  readonly events = new Store<SnapshotEvent>((event) => this.outbox.push(event));
  readonly thinEvents = new Store<ThinEvent>((event) => this.outbox.push(event));
  /** Events that have not begun to be sent. */
  readonly outbox: (SnapshotEvent | ThinEvent)[] = [];

  /** The invoices of each subscription, and the payment of each invoice and payment intent, by their ids. */
  readonly invoiceIds = new Map<string, Set<string>>();
  readonly paymentIds = new Map<string, string>();
  lastInvoiceNumber = 0;

  /** Ids of deleted objects, with their kind. */
  readonly deleted = new Map<string, string>();
  readonly testCards = new Map<string, TestCard>();
  readonly notes = new Map<string, SubscriptionNotes>();
  /** How often an invoice was tried automatically, by id. */
  readonly retries = new Map<string, number>();
  readonly lineItems = new Map<string, s.LineItem[]>();
  readonly sessionPlans = new Map<string, SessionPlan>();
  readonly paymentPlan: PaymentPlan = createPaymentPlan();
  readonly agenda: Agenda;
  readonly webhookSecrets: WebhookSecrets;
  readonly deliveryFaults = createDeliveryFaults();
  readonly deliveries: Deliveries;
  readonly clock: Pick<Clock, "now" | "setTimeout" | "hold">;
  readonly newId: (prefix: string) => string;
  /** `http://127.0.0.1:PORT`, where the API and the pages are. */
  url = "";
  settings: Settings = defaultSettings;
  cause: Cause | null = null;
  /** While it is set, all events carry this second as their time. */
  eventSecond: number | undefined;
  readonly #changed = new Set<string>();

  constructor(clock: Account["clock"], newId: (prefix: string) => string) {
    this.clock = clock;
    this.newId = newId;
    this.agenda = createAgenda(clock, (work) => this.transact(null, work));
    this.webhookSecrets = createWebhookSecrets(
      () => this.now(),
      () => newId("whsec_"),
    );
    this.deliveries = createDeliveries(this, this.webhookSecrets, this.deliveryFaults);
  }

  /** Epoch seconds, of a test clock if one is named. */
  now(testClock: string | null = null): number {
    const frozen = testClock === null ? undefined : this.testClocks.get(testClock)?.frozen_time;
    return frozen ?? Math.floor(this.clock.now() / 1_000);
  }

  nowFor(customer: string): number {
    return this.now(this.testClockOf(customer));
  }

  testClockOf(customer: string): string | null {
    return this.customers.get(customer)?.test_clock ?? null;
  }

  /** Does something as one step: what it changed is planned anew, then its events go out. */
  transact<Result>(cause: Cause | null, work: () => Result): Result {
    this.cause = cause;
    try {
      return work();
    } finally {
      this.cause = null;
      this.replan();
      this.deliveries.dispatch();
    }
  }

  replan(): void {
    for (const id of this.#changed) {
      this.#changed.delete(id);
      planNext(this, id);
    }
  }

  /** Adds to what is known of a subscription beside its object. */
  note(subscription: string, notes: SubscriptionNotes): void {
    this.notes.set(subscription, { ...this.notes.get(subscription), ...notes });
    this.#changed.add(subscription);
  }

  /** Any object that has an id of its own, for `expand`. */
  find(id: string): object | undefined {
    const store = this.#storeOf(id.slice(0, id.lastIndexOf("_")));
    const kind = this.deleted.get(id);
    return store?.get(id) ?? (kind === undefined ? undefined : { id, object: kind, deleted: true });
  }

  #storeOf(prefix: string): Store<{ id: string }> | undefined {
    const stores: Readonly<Record<string, unknown>> = {
      cus: this.customers,
      prod: this.products,
      price: this.prices,
      pm: this.paymentMethods,
      sub: this.subscriptions,
      in: this.invoices,
      inpay: this.invoicePayments,
      pi: this.paymentIntents,
      seti: this.setupIntents,
      ch: this.charges,
      re: this.refunds,
      dp: this.disputes,
      issfr: this.earlyFraudWarnings,
      cs_test: this.checkoutSessions,
      bpc: this.portalConfigurations,
      clock: this.testClocks,
    };
    return stores[prefix] as Store<{ id: string }> | undefined;
  }
}
