// What customers and Stripe saw: the only thing that the judge knows of a run.

/**
 * When something was seen. `order` is its place in the ledger. The local cloud's clock can be on its way forward
 * meanwhile: then its epoch milliseconds are between `earliest` and `latest`.
 */
export interface Moment {
  readonly order: number;
  readonly earliest: number;
  readonly latest: number;
}

export type Action = "buy" | "cancel" | "resume" | "change" | "show" | "proof";

/** A request to the billing API with its answer. */
export interface CallRecord {
  readonly customer: string;
  readonly action: Action;
  /** The Idempotency-Key. */
  readonly key?: string;
  /** The body as it was sent. */
  readonly body?: string;
  readonly began: Moment;
  readonly ended: Moment;
  /** 0: there was no answer. */
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  readonly retryable?: boolean;
  /** What a purchase made: a subscription, or a Checkout session by its end. */
  readonly made?: string;
  /** The page on which it is paid, while it can be. */
  readonly page?: string;
}

/** Stripe's word that a subscription has a status; in Stripe's order. */
export interface StatusRecord {
  readonly customer: string;
  readonly subscription: string;
  /** Epoch milliseconds, by the second. */
  readonly at: number;
  readonly status: string;
}

export interface StripeSubscription {
  readonly id: string;
  /** Stripe's own. */
  readonly customer: string;
  readonly status: string;
  /** Of the plan list; absent when no plan is named so. */
  readonly plan: string | undefined;
  readonly cancelAtPeriodEnd: boolean;
  /** Epoch milliseconds. */
  readonly periodEnd: number;
  readonly newestInvoice: string | undefined;
}

/** What `GET /subscription` answered. */
export interface OwnAnswer {
  readonly plan: string | undefined;
  readonly pending: boolean;
  readonly subscriptions: readonly {
    readonly status: string;
    /** Whose price it has, whether that is given already or not. */
    readonly plan: string | undefined;
    readonly cancelAtPeriodEnd: boolean;
    readonly periodEnd: number;
  }[];
}

/** A customer after everything was healed, and the time of every repair had passed. */
export interface SettledRecord {
  readonly customer: string;
  readonly at: Moment;
  /** How many customers at Stripe the user's subscriptions belong to. */
  readonly payers: number;
  readonly stripe: readonly StripeSubscription[];
  readonly own: OwnAnswer | undefined;
  /** Of `POST /proofs`. */
  readonly proof: number;
}

export interface Ledger {
  readonly customers: readonly string[];
  readonly calls: readonly CallRecord[];
  readonly statuses: readonly StatusRecord[];
  readonly settled: readonly SettledRecord[];
  /** From here on nothing fails. */
  readonly healed: Moment;
}
