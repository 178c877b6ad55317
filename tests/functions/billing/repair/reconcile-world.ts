import { expect } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import type { Customer } from "../../../../functions/billing/projection/customers.ts";
import { reconcile } from "../../../../functions/billing/repair/reconcile.ts";
import type { Progress, SavedProgress } from "../../../../functions/billing/repair/reconciler-progress.ts";
import type { RefreshRequest } from "../../../../functions/billing/repair/refresh-request.ts";
import type {
  ListedMatter,
  ListedSubscription,
  Span,
  StripePage,
} from "../../../../functions/billing/repair/stripe-lists.ts";
import type { BillingEvent } from "../../../../functions/billing/webhook/billing-event.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

/** Epoch seconds of a run. */
export const now = 1_800_000_000;
/** A page of a list of Stripe's. */
export const page = <Item>(items: readonly Item[], next?: string, unreadable = 0): StripePage<Item> => ({
  items,
  unreadable,
  ...(next !== undefined && { next }),
});
/** A subscription as the list has it, of the customer with that name. */
export const listed = (name: string, user?: string): ListedSubscription => ({
  customerId: `cus_${name}`,
  ...(user !== undefined && { user }),
  subscription: {
    id: `sub_${name}`,
    status: "active",
    cancel_at_period_end: false,
    created: now,
    items: { data: [{ current_period_end: now + 1_000, price: { id: "price_s" } }] },
  },
});

/** What a run finds, and what fails in it. */
export interface ReconcileWorld {
  readonly progress?: Progress;
  /** By the id that it begins behind. */
  readonly events?: Readonly<Record<string, StripePage<BillingEvent> | Error | undefined>>;
  readonly subscriptions?: Readonly<Record<string, StripePage<ListedSubscription> | Error | undefined>>;
  /** By the matter, and the id that it begins behind. */
  readonly matters?: Readonly<Record<string, StripePage<ListedMatter> | Error | undefined>>;
  readonly rows?: Readonly<Record<string, Partial<Customer> | Error>>;
  /** What the seller decides; else the defaults. */
  readonly access?: object;
  /** Customers whose message is not taken. */
  readonly unsent?: readonly string[];
  readonly remaining?: () => number;
  /** The save, counted from 1, before which another run saves. */
  readonly overtakenAt?: number;
  /** Calls after which the function dies. Default never. */
  readonly diesAfter?: number;
}

/** A walk that has begun this hour has nothing to do. */
export const walked = { eventsUntil: 0, walkBegan: now };

/** One run of the reconciler: what it asked Stripe, whom it queued, what it saved, and its log line. */
export async function reconciled(world: ReconcileWorld = {}) {
  const { rows = {}, unsent = [], remaining = () => 60_000 } = world;
  const asked: (readonly [string, Span | undefined, string | undefined])[] = [];
  const sent: (readonly [RefreshRequest, string])[] = [];
  const events: BillingEvent[] = [];
  const saves: Progress[] = [];
  const recorded = recordedTelemetry("reconcile");
  let saved: SavedProgress = { version: 4, progress: world.progress ?? { eventsUntil: 0, walkBegan: 0 } };
  let calls = 0;
  const live = () => {
    calls += 1;
    if (calls > (world.diesAfter ?? Number.POSITIVE_INFINITY)) throw new TypeError("the function died");
  };
  const answer = <Item>(given: Item | Error): Item => {
    live();
    if (given instanceof Error) throw given;
    return given;
  };
  const run = reconcile({
    progress: {
      read: async () => saved,
      save: async (before, progress) => {
        live();
        expect(before).toEqual(saved);
        if (saves.length + 1 === world.overtakenAt) return undefined;
        saves.push(progress);
        saved = { version: saved.version + 1, progress };
        return saved;
      },
    },
    listsFor: async () => ({
      undelivered: async (span, after) => {
        asked.push(["events", span, after]);
        const { events = { "": page<BillingEvent>([]) } } = world;
        return answer(events[after ?? ""]);
      },
      matters: async (matter, span, after) => {
        asked.push([matter, span, after]);
        const { matters = {} } = world;
        const key = after === undefined ? matter : `${matter} ${after}`;
        return answer(Object.hasOwn(matters, key) ? matters[key] : page<ListedMatter>([]));
      },
      subscriptions: async (after) => {
        asked.push(["subscriptions", undefined, after]);
        const { subscriptions = { "": page<ListedSubscription>([]) } } = world;
        return answer(subscriptions[after ?? ""]);
      },
    }),
    customers: {
      userOf: async (customerId) => (customerId === "cus_indexed" ? "acme#indexed" : undefined),
      read: async (user) => {
        live();
        const row = rows[user];
        if (row instanceof Error) throw row;
        return row && ({ user, subscriptions: [], ...row } as Customer);
      },
    },
    requests: {
      send: async (request, id) => {
        live();
        if (unsent.includes(request.customerId)) {
          throw new Failure("sqs_unavailable", "no queue", { retryable: true });
        }
        sent.push([request, id]);
      },
    },
    events: {
      send: async (event) => {
        live();
        events.push(event);
      },
    },
    plans: {},
    access: v.parse(accessPolicy, world.access ?? {}),
    telemetry: recorded.telemetry,
    now: () => now * 1_000 + 999,
  });
  const context = { awsRequestId: "c6af9ac6-7b61", getRemainingTimeInMillis: remaining };
  const fault = await run({}, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  // Lambda, and with it the alarm, hears of whatever the line calls failed.
  expect(fault !== undefined).toBe(recorded.lines()[0]?.outcome === "failed");
  return { asked, sent, events, saves, line: recorded.lines()[0] };
}

/** An undelivered event about a customer. */
export const event = (
  customerId?: string,
  created = now - 100,
  type = "customer.subscription.updated",
): BillingEvent => ({
  ...{ v: 1, eventId: "evt_1", type, created, objectId: "ch_1", livemode: false, thin: false },
  ...(customerId !== undefined && { customerId }),
});
