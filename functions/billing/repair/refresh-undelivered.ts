import { matterToEnd } from "../projection/end-for-charge.ts";
import { effectOf } from "../webhook/webhook-events.ts";
import type { Run, StepEnd } from "./reconciler-run.ts";
import type { Span } from "./stripe-lists.ts";

/** Pages of 100 that one run reads at most. */
const mostPages = 10;
/** Seconds for which an event is left to its webhook. */
const settling = 60;
/** Seconds that are read again, for events that Stripe lists late, and for clocks that differ. */
const overlap = 120;
/** Stripe keeps events for 30 days (https://docs.stripe.com/api/events). */
const retention = 30 * 24 * 60 * 60;

/**
 * Asks for a refresh of every customer about whom an event could not be delivered since the last run. Events of money
 * that went back are queued themselves, where the seller wants the subscription ended. What one run does not come to,
 * the next ones go on with; only then the span counts as read.
 */
export async function refreshUndelivered(run: Run): Promise<StepEnd> {
  const { eventsUntil, span } = run.saved();
  const open: Span = span ?? {
    from: Math.max(eventsUntil - overlap, run.now - retention, 0),
    until: run.now - settling,
  };
  if (open.until <= eventsUntil) return "done";
  let after = span?.after;
  for (let pages = 0; pages < mostPages && !run.isLate(); pages += 1) {
    const page = await run.lists.undelivered({ from: open.from, until: open.until }, after);
    const { span: _, ...kept } = run.saved();
    if (!page) return (await run.save(kept)) ? "cursor_lost" : "other_run";
    run.counts.undelivered += page.items.filter(({ created }) => created > eventsUntil).length;
    const refreshing = page.items.filter(({ type }) => effectOf(type) === "refresh");
    await run.ask(refreshing.flatMap(({ customerId }) => (customerId === undefined ? [] : [customerId])));
    await run.repeat(page.items.filter(({ type }) => matterToEnd(type, run.access) !== undefined));
    after = page.next;
    const isSaved = await run.save(
      after === undefined
        ? { ...kept, eventsUntil: open.until }
        : { ...kept, span: { from: open.from, until: open.until, after } },
    );
    if (!isSaved) return "other_run";
    if (after === undefined) return "done";
  }
  return "deadline_reached";
}
