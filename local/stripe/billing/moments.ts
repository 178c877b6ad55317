import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import type { Invoice, Subscription } from "../stored.ts";
import { attemptPayment } from "./attempt-payment.ts";
import { cancelSubscription } from "./cancel-subscription.ts";
import { changeSubscription, moveSubscription, subscriptionOf } from "./change-subscription.ts";
import { builtInvoice } from "./draft-invoice.ts";
import { finalizeInvoice } from "./finalize-invoice.ts";
import { endTrial, renewSubscription } from "./renew-subscription.ts";
import { settleUncollectible, settleVoid } from "./settle-invoice.ts";
import { invoicesOf } from "./stop-collection.ts";
import { isTerminal } from "./subscription-states.ts";

interface Moment {
  /** Epoch seconds. */
  readonly at: number;
  readonly work: () => void;
}

const hour = 60 * 60;
const threeDays = 72 * hour;
const sevenDays = 168 * hour;

/** Puts the next thing that time does to a subscription on the agenda, or takes it off. */
export function planNext(account: Account, id: string): void {
  const subscription = subscriptionOf(account, id);
  const [next] = momentsOf(account, subscription).toSorted((left, right) => left.at - right.at);
  if (next) account.agenda.set(id, { testClock: subscription.test_clock, at: next.at }, next.work);
  else account.agenda.clear(id);
}

/** What will happen to a subscription by time alone, if nothing else does. Of equal times the first goes first. */
function momentsOf(account: Account, subscription: Subscription): Moment[] {
  if (isTerminal(subscription)) return [];
  const { id, status, created, cancel_at, cancel_at_period_end, trial_end, pending_update } = subscription;
  const notes = account.notes.get(id) ?? {};
  const periodEnd = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  const moments: Moment[] = [];
  const plan = (at: number | null | undefined, work: () => void) => {
    if (at !== null && at !== undefined) moments.push({ at, work });
  };

  const end = () => void cancelSubscription(account, id, "cancellation_requested");
  plan(cancel_at ?? (cancel_at_period_end ? periodEnd : null), end);
  if (status === "incomplete") plan(created + 23 * hour, () => expire(account, id));
  if (status === "trialing") {
    if (!notes.trialEndTold)
      plan(Math.max(created, (trial_end ?? 0) - threeDays), () => tellTrialEnd(account, id));
    plan(trial_end, () => endTrial(account, id));
  }
  if (status === "active" || status === "past_due" || status === "unpaid") {
    if (notes.upcomingTold !== periodEnd && status !== "unpaid" && !cancel_at_period_end) {
      plan(periodEnd - sevenDays, () => tellUpcoming(account, id, periodEnd));
    }
    plan(periodEnd, () => renewSubscription(account, id));
  }
  plan(pending_update?.expires_at, () => expirePendingUpdate(account, id));
  plan(notes.resumption?.expiresAt, () => expireResumption(account, id));
  plan(
    subscription.pause_collection?.resumes_at,
    () => void changeSubscription(account, id, { pause_collection: null }),
  );
  for (const invoice of invoicesOf(account, id)) {
    if (invoice.status === "draft")
      plan(invoice.automatically_finalizes_at, () => advance(account, id, invoice));
    if (invoice.status !== "open") continue;
    plan(invoice.next_payment_attempt, () => void attemptPayment(account, invoice.id, { automatic: true }));
    // An older one that is still open made it past due in its own time.
    const isNewest = invoice.id === subscription.latest_invoice;
    if (status === "active" && isNewest) plan(invoice.due_date, () => overdue(account, id, invoice));
  }
  return moments;
}

/** https://docs.stripe.com/billing/subscriptions/overview: 23 hours for the first payment, then its invoice is void. */
function expire(account: Account, id: string): void {
  const { latest_invoice } = subscriptionOf(account, id);
  const invoice = account.invoices.get(latest_invoice ?? "");
  if (invoice?.status === "open") settleVoid(account, invoice);
  const now = account.now(subscriptionOf(account, id).test_clock);
  moveSubscription(account, id, "23_hours_passed", { ended_at: now });
}

function tellTrialEnd(account: Account, id: string): void {
  account.note(id, { trialEndTold: true });
  emit(account, "customer.subscription.trial_will_end", subscriptionOf(account, id));
}

/** The invoice of this event is no object yet: it has no id (https://docs.stripe.com/api/events/types). */
function tellUpcoming(account: Account, id: string, periodEnd: number): void {
  account.note(id, { upcomingTold: periodEnd });
  const subscription = subscriptionOf(account, id);
  const preview = builtInvoice(account, subscription, {
    subscription: id,
    reason: "upcoming",
    items: subscription.items.data,
  });
  const { id: _, ...upcoming } = preview;
  emit(account, "invoice.upcoming", upcoming);
}

function expirePendingUpdate(account: Account, id: string): void {
  const { pendingUpdate, ...notes } = account.notes.get(id) ?? {};
  account.notes.set(id, notes);
  const invoice = account.invoices.get(pendingUpdate?.invoice ?? "");
  if (invoice?.status === "open") settleVoid(account, invoice);
  const expired = changeSubscription(account, id, { pending_update: null });
  emit(account, "customer.subscription.pending_update_expired", expired);
}

function expireResumption(account: Account, id: string): void {
  const { resumption, ...notes } = account.notes.get(id) ?? {};
  account.notes.set(id, notes);
  account.subscriptions.patch(id, {});
  const invoice = account.invoices.get(resumption?.invoice ?? "");
  if (invoice?.status === "open" && subscriptionOf(account, id).status === "paused")
    settleVoid(account, invoice);
}

function advance(account: Account, id: string, draft: Invoice): void {
  const behavior = subscriptionOf(account, id).pause_collection?.behavior;
  const invoice = finalizeInvoice(account, draft, behavior === undefined);
  if (invoice.status !== "open") return;
  if (behavior === "void") settleVoid(account, invoice);
  if (behavior === "mark_uncollectible") settleUncollectible(account, invoice);
}

function overdue(account: Account, id: string, invoice: Invoice): void {
  emit(account, "invoice.overdue", invoice);
  moveSubscription(account, id, "due_date_passed");
}
