import type { SubscriptionItem } from "../stored.ts";
import { periodEnd } from "./period.ts";

/** Items in the period that begins at `start`, in the cycle of `anchor`. */
export const startPeriod = (
  items: readonly SubscriptionItem[],
  start: number,
  anchor: number,
): SubscriptionItem[] =>
  items.map((item) => ({
    ...item,
    current_period_start: start,
    current_period_end: periodEnd(
      start,
      item.price.recurring ?? { interval: "month", interval_count: 1 },
      anchor,
    ),
  }));
