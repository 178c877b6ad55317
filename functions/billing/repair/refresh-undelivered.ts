import { matterToEnd } from "../projection/end-for-charge.ts";
import { effectOf } from "../webhook/webhook-events.ts";
import { readSpan } from "./read-span.ts";
import type { Run, StepEnd } from "./reconciler-run.ts";

/** Stripe keeps events for 30 days (https://docs.stripe.com/api/events). */
const retention = 30 * 24 * 60 * 60;

/**
 * Asks for a refresh of every customer about whom an event could not be delivered since the last run. Events of money
 * that went back are queued themselves, where the seller wants the subscription ended.
 */
export function refreshUndelivered(run: Run): Promise<StepEnd> {
  const { eventsUntil, span } = run.saved();
  return readSpan(run, { until: eventsUntil, span }, run.now - retention, {
    list: (open, after) => run.lists.undelivered(open, after),
    take: async (events) => {
      run.counts.undelivered += events.filter(({ created }) => created > eventsUntil).length;
      const refreshing = events.filter(({ type }) => effectOf(type) === "refresh");
      await run.ask(refreshing.flatMap(({ customerId }) => (customerId === undefined ? [] : [customerId])));
      await run.repeat(events.filter(({ type }) => matterToEnd(type, run.access) !== undefined));
    },
    keep: ({ span: _, ...progress }, place) => ({
      ...progress,
      eventsUntil: place.until,
      ...(place.span && { span: place.span }),
    }),
  });
}
