/** Every status that a subscription of the fake can have. */
export type Status =
  | "incomplete"
  | "incomplete_expired"
  | "trialing"
  | "active"
  | "past_due"
  | "unpaid"
  | "paused"
  | "canceled";

/** What happens to a subscription, in the words of Stripe's pages. */
export type Trigger =
  | "first_payment_open"
  | "trial_set"
  | "first_invoice_settled"
  | "first_invoice_paid"
  | "23_hours_passed"
  | "trial_ended"
  | "trial_ended_pause"
  | "trial_ended_cancel"
  | "payment_failed"
  | "payment_awaited"
  | "due_date_passed"
  | "latest_invoice_paid"
  | "latest_invoice_uncollectible"
  | "retries_exhausted_unpaid"
  | "retries_exhausted_cancel"
  | "payment_failure_pause"
  | "pause_requested"
  | "resumed"
  | "resumption_payment_failed"
  | "cancel";

export interface Transition {
  readonly from: Status | "new";
  readonly on: Trigger;
  readonly to: Status;
  /** The page of Stripe's that says so. */
  readonly page: string;
  /** The page does not say it in so many words; we concluded it. */
  readonly inferred?: true;
}

const docs = "https://docs.stripe.com";
const overview = `${docs}/billing/subscriptions/overview`;
const trials = `${docs}/billing/subscriptions/trials`;
const pause = `${docs}/billing/subscriptions/pause`;
const pauseOnFailure = `${docs}/billing/revenue-recovery/smart-retries/pause-on-payment-failure`;
const retries = `${docs}/billing/revenue-recovery/smart-retries`;
const resume = `${docs}/api/subscriptions/resume`;
const update = `${docs}/api/subscriptions/update`;
const cancel = `${docs}/billing/subscriptions/cancel`;
const object = `${docs}/api/subscriptions/object`;

/** Each way from one status to another. There is no other: `nextStatus` throws for what is not a row. */
export const transitions: readonly Transition[] = [
  { from: "new", on: "first_payment_open", to: "incomplete", page: overview },
  { from: "new", on: "trial_set", to: "trialing", page: trials },
  { from: "new", on: "first_invoice_settled", to: "active", page: overview },
  { from: "incomplete", on: "first_invoice_paid", to: "active", page: overview },
  { from: "incomplete", on: "23_hours_passed", to: "incomplete_expired", page: overview },
  { from: "incomplete", on: "cancel", to: "canceled", page: cancel, inferred: true },
  { from: "trialing", on: "trial_ended", to: "active", page: trials },
  { from: "trialing", on: "payment_failed", to: "past_due", page: object, inferred: true },
  { from: "trialing", on: "trial_ended_pause", to: "paused", page: trials },
  { from: "trialing", on: "trial_ended_cancel", to: "canceled", page: trials },
  { from: "trialing", on: "cancel", to: "canceled", page: cancel },
  { from: "active", on: "payment_failed", to: "past_due", page: overview },
  { from: "active", on: "payment_awaited", to: "past_due", page: update },
  { from: "active", on: "due_date_passed", to: "past_due", page: object },
  { from: "active", on: "pause_requested", to: "paused", page: pause },
  { from: "active", on: "cancel", to: "canceled", page: cancel },
  { from: "past_due", on: "latest_invoice_paid", to: "active", page: overview },
  { from: "past_due", on: "latest_invoice_uncollectible", to: "active", page: overview },
  { from: "past_due", on: "retries_exhausted_unpaid", to: "unpaid", page: retries },
  { from: "past_due", on: "retries_exhausted_cancel", to: "canceled", page: retries },
  { from: "past_due", on: "payment_failure_pause", to: "paused", page: pauseOnFailure },
  { from: "past_due", on: "pause_requested", to: "paused", page: pause, inferred: true },
  { from: "past_due", on: "cancel", to: "canceled", page: cancel },
  { from: "unpaid", on: "latest_invoice_paid", to: "active", page: overview },
  { from: "unpaid", on: "latest_invoice_uncollectible", to: "active", page: overview, inferred: true },
  { from: "unpaid", on: "pause_requested", to: "paused", page: pause, inferred: true },
  { from: "unpaid", on: "cancel", to: "canceled", page: cancel },
  { from: "paused", on: "resumed", to: "active", page: resume },
  { from: "paused", on: "resumption_payment_failed", to: "past_due", page: resume },
  { from: "paused", on: "cancel", to: "canceled", page: cancel },
];

/** Statuses that no subscription ever leaves. */
export const terminalStatuses: ReadonlySet<Status> = new Set(["canceled", "incomplete_expired"]);

export const isTerminal = ({ status }: { readonly status: Status }): boolean => terminalStatuses.has(status);

/** Whether the table has a row for it. */
export const canMove = (from: Status | "new", on: Trigger): boolean => rowFor(from, on) !== undefined;

/** Where a subscription goes. Throws for a way that the table does not have: that is a fault of the fake. */
export function nextStatus(from: Status | "new", on: Trigger): Status {
  const row = rowFor(from, on);
  if (!row) throw new Error(`the fake has no transition from ${from} on ${on}`);
  return row.to;
}

const rowFor = (from: Status | "new", on: Trigger) =>
  transitions.find((row) => row.from === from && row.on === on);
