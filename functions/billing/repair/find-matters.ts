import { type ChargeMatter, chargeMatters, isToEnd, typeOfMatter } from "../projection/end-for-charge.ts";
import type { BillingEvent } from "../webhook/billing-event.ts";
import { type Place, readSpan, settling } from "./read-span.ts";
import type { Progress } from "./reconciler-progress.ts";
import type { Run, StepEnd } from "./reconciler-run.ts";
import type { ListedMatter } from "./stripe-lists.ts";

/** Seconds from one reading of a list to the next: Stripe counts what is read. */
const every = 60 * 60;

/**
 * Finds money that went back although no event told it, not even one that Stripe takes for undelivered: once an hour it
 * asks for the refunds, disputes and warnings since the last time, of each for which the seller wants the subscription
 * ended, and queues them as their events. Those of the time before the seller decided so are not looked for.
 */
export async function findMatters(run: Run): Promise<StepEnd> {
  let end: StepEnd = "done";
  for (const matter of chargeMatters) {
    const one = await findOne(run, matter);
    if (one === "other_run") return one;
    if (one !== "done") end = one;
  }
  return end;
}

async function findOne(run: Run, matter: ChargeMatter): Promise<StepEnd> {
  const place = run.saved().matters?.[matter];
  if (!isToEnd(matter, run.access)) {
    if (!place) return "done";
    const { matters, ...progress } = run.saved();
    const { [matter]: _, ...others } = matters ?? {};
    const next = Object.keys(others).length > 0 ? { ...progress, matters: others } : progress;
    return (await run.save(next)) ? "done" : "other_run";
  }
  const keep = (progress: Progress, next: Place): Progress => ({
    ...progress,
    matters: { ...progress.matters, [matter]: next },
  });
  if (!place) {
    return (await run.save(keep(run.saved(), { until: run.now - settling }))) ? "done" : "other_run";
  }
  if (!place.span && run.now - settling < place.until + every) return "done";
  return readSpan(run, place, 0, {
    list: (span, after) => run.lists.matters(matter, span, after),
    take: (found) => run.repeat(found.map((each) => asEvent(matter, each))),
    keep,
  });
}

/** What the webhook would have queued, but for the id: that of the object itself. */
const asEvent = (matter: ChargeMatter, { id, created, chargeId, livemode }: ListedMatter): BillingEvent => ({
  v: 1,
  eventId: id,
  type: typeOfMatter[matter],
  created,
  objectId: matter === "refund" ? chargeId : id,
  livemode,
  thin: false,
});
