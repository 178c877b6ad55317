import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, listed, text, timestamp } from "./api/parameters.ts";
import { invalid, StripeError } from "./api/stripe-error.ts";
import { cancelSubscription } from "./billing/cancel-subscription.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { TestClock } from "./stored.ts";

const thirtyDays = 30 * 24 * 60 * 60;

/** Two intervals of the shortest subscription, as Stripe allows at once; two years without one. */
function furthest(account: Account, { id, frozen_time }: TestClock): number {
  const spans = account.subscriptions
    .newestFirst()
    .filter((subscription) => subscription.test_clock === id && !isTerminal(subscription))
    .flatMap(({ items }) => items.data.map((item) => spanOf(item.price.recurring)));
  const span = spans.length > 0 ? Math.min(...spans) : 365 * daySeconds;
  return frozen_time + 2 * span;
}

const daySeconds = 24 * 60 * 60;
const longestOf: Readonly<Record<string, number>> = { day: 1, week: 7, month: 31, year: 366 };
const spanOf = (recurring: { readonly interval: string; readonly interval_count: number } | null) =>
  (longestOf[recurring?.interval ?? "month"] ?? 31) * (recurring?.interval_count ?? 1) * daySeconds;

/**
 * Moves a test clock on (https://docs.stripe.com/billing/testing/test-clocks): all that falls due happens in
 * its order, each thing at its own time. It is `advancing` until the event loop has turned, then `ready`.
 */
function advanceClock(account: Account, clock: TestClock, to: number): TestClock {
  if (clock.status !== "ready")
    throw new StripeError(429, "The test clock is still advancing.", { code: "lock_timeout" });
  if (to <= clock.frozen_time) throw invalid("frozen_time must be later than the clock's.", "frozen_time");
  if (to > furthest(account, clock)) {
    throw invalid(
      "frozen_time cannot be more than two intervals of the shortest subscription ahead.",
      "frozen_time",
    );
  }
  const advancing = account.testClocks.put({
    ...clock,
    status: "advancing",
    status_details: { advancing: { target_frozen_time: to } },
  });
  emit(account, "test_helpers.test_clock.advancing", advancing);
  setImmediate(() => account.transact(null, () => arrive(account, clock.id, to)));
  return advancing;
}

function arrive(account: Account, id: string, to: number): void {
  if (!account.testClocks.get(id)) return;
  account.replan();
  for (let next = account.agenda.next(id, to); next; next = account.agenda.next(id, to)) {
    const { frozen_time } = foundIn(account.testClocks, "test clock", id);
    account.testClocks.patch(id, { frozen_time: Math.max(frozen_time, next.at) });
    next.work();
    account.replan();
  }
  emit(
    account,
    "test_helpers.test_clock.ready",
    account.testClocks.patch(id, { frozen_time: to, status: "ready", status_details: {} }),
  );
}

/** Deletes the clock and, as Stripe does, its customers with their subscriptions. */
function deleteClock(account: Account, id: string): object {
  const clock = foundIn(account.testClocks, "test clock", id);
  for (const subscription of account.subscriptions.newestFirst()) {
    if (subscription.test_clock !== id || isTerminal(subscription)) continue;
    cancelSubscription(account, subscription.id, "cancellation_requested");
  }
  for (const customer of account.customers.newestFirst()) {
    if (customer.test_clock !== id) continue;
    account.customers.delete(customer.id);
    account.deleted.set(customer.id, "customer");
  }
  account.testClocks.delete(id);
  emit(account, "test_helpers.test_clock.deleted", clock);
  return { id, object: "test_helpers.test_clock", deleted: true };
}

const path = "/v1/test_helpers/test_clocks";

export const testClockRoutes: readonly ApiRoute[] = [
  route(
    "POST",
    path,
    v.strictObject({ ...expandable, frozen_time: timestamp(), name: v.optional(text(300)) }),
    ({ account, parameters: { frozen_time, name = null } }) => {
      const now = account.now();
      const clock = account.testClocks.put({
        id: account.newId("clock_"),
        object: "test_helpers.test_clock",
        created: now,
        deletes_after: now + thirtyDays,
        frozen_time,
        livemode: false,
        name,
        status: "ready",
        status_details: {},
      });
      emit(account, "test_helpers.test_clock.created", clock);
      return clock;
    },
  ),
  route("GET", path, v.strictObject(listed), ({ account, parameters }) =>
    pageOf(account.testClocks.newestFirst(), parameters, path),
  ),
  route("GET", `${path}/{id}`, v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.testClocks, "test clock", id),
  ),
  route("DELETE", `${path}/{id}`, v.strictObject(expandable), ({ account, id }) => deleteClock(account, id)),
  route(
    "POST",
    `${path}/{id}/advance`,
    v.strictObject({ ...expandable, frozen_time: timestamp() }),
    ({ account, id, parameters }) =>
      advanceClock(account, foundIn(account.testClocks, "test clock", id), parameters.frozen_time),
  ),
];
