import type { Progress } from "./reconciler-progress.ts";
import type { Run, StepEnd } from "./reconciler-run.ts";
import type { Span, StripePage } from "./stripe-lists.ts";

/** How far a list has been read that is asked for span by span. */
export interface Place {
  /** What was created up to this epoch second was read. */
  readonly until: number;
  /** The span that is being read, newest first, and the last item that was. */
  readonly span?: (Span & { readonly after: string }) | undefined;
}

export interface SpanReading<Item> {
  readonly list: (span: Span, after?: string) => Promise<StripePage<Item> | undefined>;
  /** Durable when it resolves. */
  readonly take: (items: readonly Item[]) => Promise<void>;
  /** The progress with another place in this list. */
  readonly keep: (progress: Progress, place: Place) => Progress;
}

/** Pages of 100 that one run reads at most. */
const mostPages = 10;
/** Seconds for which what has happened is left to its webhook. */
export const settling = 60;
/** Seconds that are read again, for what Stripe lists late, and for clocks that differ. */
const overlap = 120;

/**
 * Reads what was created since `place`, at most since `earliest`, page by page, and saves behind each page. What one run
 * does not come to, the next ones go on with; only then the span counts as read.
 */
export async function readSpan<Item>(
  run: Run,
  { until, span }: Place,
  earliest: number,
  { list, take, keep }: SpanReading<Item>,
): Promise<StepEnd> {
  const open: Span = span ?? { from: Math.max(until - overlap, earliest, 0), until: run.now - settling };
  if (open.until <= until) return "done";
  let after = span?.after;
  for (let pages = 0; pages < mostPages && !run.isLate(); pages += 1) {
    const page = await list({ from: open.from, until: open.until }, after);
    if (!page) return (await run.save(keep(run.saved(), { until }))) ? "cursor_lost" : "other_run";
    await take(page.items);
    after = page.next;
    const next: Place =
      after === undefined
        ? { until: open.until }
        : { until, span: { from: open.from, until: open.until, after } };
    if (!(await run.save(keep(run.saved(), next)))) return "other_run";
    if (after === undefined) return "done";
  }
  return "deadline_reached";
}
