const daySeconds = 24 * 60 * 60;

/** How often a price bills. */
export interface Interval {
  readonly interval: string;
  readonly interval_count: number;
}

/**
 * The end of the period that begins at `start`: the next date of the cycle that `anchor` fixes, all in epoch
 * seconds, UTC. A month without the anchor's day ends on its last day
 * (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function periodEnd(start: number, { interval, interval_count }: Interval, anchor = start): number {
  if (interval === "day") return start + interval_count * daySeconds;
  if (interval === "week") return start + interval_count * 7 * daySeconds;
  const months = interval === "year" ? interval_count * 12 : interval_count;
  const base = new Date(anchor * 1_000);
  const from = new Date(start * 1_000);
  const elapsed =
    (from.getUTCFullYear() - base.getUTCFullYear()) * 12 + from.getUTCMonth() - base.getUTCMonth();
  return monthsAfter(base, elapsed + months);
}

function monthsAfter(base: Date, months: number): number {
  const first = Date.UTC(base.getUTCFullYear(), base.getUTCMonth() + months, 1);
  const lastDay = new Date(Date.UTC(base.getUTCFullYear(), base.getUTCMonth() + months + 1, 0)).getUTCDate();
  const day = Math.min(base.getUTCDate(), lastDay);
  const timeOfDay = (base.getTime() / 1_000) % daySeconds;
  return first / 1_000 + (day - 1) * daySeconds + Math.floor(timeOfDay);
}
