import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import { entitlementOf, type KnownSubscription } from "../../../../functions/billing/access/entitlement.ts";
import {
  type SubscriptionStatus,
  statuses,
  steps,
} from "../../../../functions/billing/access/subscription-status.ts";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import {
  type ProjectionPorts,
  refreshCustomer,
} from "../../../../functions/billing/projection/project-customer.ts";
import type { StripeSubscription } from "../../../../functions/billing/projection/project-subscriptions.ts";
import { localTablesInProcess } from "../../local-tables.ts";
import { straight } from "../../straight.ts";
import { auditsOf } from "./audits-of.ts";
import { localProjections } from "./local-projections.ts";

const start = 1_800_000_000;
const limits = {
  maxFrameBytes: 1,
  framesPerSecond: 1,
  peersPerChannel: 1,
  mailboxDepth: 1,
  messageTtlSeconds: 30,
};
const plans = { silver: { priceId: "price_s", group: "default", limits } };
const access = v.parse(accessPolicy, {});

const subscriptionOf = (id: string, status: string): StripeSubscription => ({
  id,
  status,
  cancel_at_period_end: false,
  created: start,
  metadata: {},
  items: { data: [{ current_period_end: start + 86_400 * 30, price: { id: "price_s" } }] },
  latest_invoice: { status: "paid" },
});

/** What happens, in its order: a subscription takes one of its steps, an event is handled, a slow read ends. */
const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("step" as const), of: fc.nat(1), choice: fc.nat(6) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      /** The call after which the function dies; beyond the last: it does not. */
      crashAfter: fc.nat(12),
      /** Stripe is read now; the rest comes only after what happens next. */
      slow: fc.boolean(),
    }),
  },
);

let tables: Awaited<ReturnType<typeof localTablesInProcess>>;
beforeAll(async () => {
  tables = await localTablesInProcess();
});
afterAll(() => tables.close());

let users = 0;

test("whatever is lost, repeated, late or cut off, one more read makes the row say what Stripe says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 14 }), async (happenings) => {
      users += 1;
      const user = `acme#${users}`;
      const stripe = new Map<string, SubscriptionStatus>();
      const ended = new Set<string>();
      const customers = dynamoCustomers(tables.client, "customers", straight);
      const projections = localProjections(tables.client);
      const told = new Set<number>();
      const pending: { readonly goOn: () => void; readonly done: Promise<unknown> }[] = [];

      const portsFor = (
        crashAfter: number,
        slow?: { read: () => void; goOn: Promise<void> },
      ): ProjectionPorts => {
        let left = crashAfter;
        const mortal = async <T>(call: () => Promise<T>): Promise<T> => {
          if (left-- <= 0) throw new Error("the function died");
          return call();
        };
        return {
          plans,
          access,
          now: () => start * 1000,
          revocations: {
            send: async ({ version }) => mortal(async () => void told.add(version)),
          },
          customers: {
            ...customers,
            read: (each) => mortal(() => customers.read(each)),
            takeNumber: (each, id) => mortal(() => customers.takeNumber(each, id)),
          },
          projections: {
            write: (before, fence, change, entries) =>
              mortal(async () => {
                const written = await projections.write(before, fence, change, entries);
                // Whatever is written, an ended subscription gives nothing.
                if (written === "written") expectNothingFrom(change.subscriptions, ended);
                return written;
              }),
          },
          stripe: {
            subscriptionsOf: async () => {
              const read = [...stripe].map(([id, status]) => subscriptionOf(id, status));
              slow?.read();
              await slow?.goOn;
              return mortal(async () => read);
            },
          },
        };
      };
      const refresh = (ports: ProjectionPorts) =>
        refreshCustomer(ports, { user, stripeCustomerId: "cus_1", cause: { eventId: "evt_1" } });

      for (const each of happenings) {
        if (each.kind === "step") {
          const id = `sub_${each.of}`;
          const status = stripe.get(id);
          const ways = status === undefined ? (["incomplete", "trialing", "active"] as const) : steps[status];
          const next = ways[each.choice % Math.max(ways.length, 1)];
          if (next !== undefined) stripe.set(id, next);
          if (next !== undefined && steps[next].length === 0) ended.add(id);
        } else if (each.slow) {
          const read = Promise.withResolvers<void>();
          const goOn = Promise.withResolvers<void>();
          const done = refresh(portsFor(each.crashAfter, { read: read.resolve, goOn: goOn.promise })).catch(
            () => {},
          );
          await Promise.race([read.promise, done]);
          pending.push({ goOn: goOn.resolve, done });
        } else {
          await refresh(portsFor(each.crashAfter)).catch(() => {});
        }
        if (pending.length > 2) {
          const first = pending.shift();
          first?.goOn();
          await first?.done;
        }
      }
      for (const { goOn } of pending) goOn();
      await Promise.all(pending.map(({ done }) => done));

      await refresh(portsFor(Number.POSITIVE_INFINITY));
      const row = await customers.read(user);
      const seen = Object.fromEntries(row?.subscriptions.map(({ id, status }) => [id, status]) ?? []);
      expect(seen).toEqual(Object.fromEntries(stripe));
      const grants = [...stripe.values()].some((status) =>
        ["active", "trialing", "past_due"].includes(status),
      );
      expect(row?.entitlement.kind).toBe(grants ? "entitled" : "none");
      // And whoever has no access has been told of, wherever a function died.
      expect(told.has(row?.version ?? -1) || grants).toBe(true);
      // The audit tells the whole way that each subscription was seen to go, without a gap.
      for (const [id, status] of stripe) {
        const way = (await auditsOf(tables.client, user)).filter((entry) => entry.subscriptionId === id);
        way.sort(byFence);
        expect(way.map(({ statusBefore }) => statusBefore)).toEqual([
          undefined,
          ...way.slice(0, -1).map(({ statusAfter }) => statusAfter),
        ]);
        expect(way.at(-1)?.statusAfter).toBe(status);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);

const fenceOf = ({ at }: Record<string, unknown>) => Number(String(at).split("#")[1]);
const byFence = (a: Record<string, unknown>, b: Record<string, unknown>) => fenceOf(a) - fenceOf(b);

function expectNothingFrom(subscriptions: readonly KnownSubscription[], ended: ReadonlySet<string>): void {
  const dead = subscriptions.filter(({ id, terminal }) => terminal && ended.has(id));
  expect(entitlementOf(dead, plans, access, start).kind).toBe("none");
}

test("an ended subscription gives nothing, whatever else is known of it", () => {
  const known = fc.record({
    id: fc.constant("sub_1"),
    status: fc.constantFrom(...statuses, "of_the_future"),
    planId: fc.constant("silver"),
    group: fc.constant("default"),
    priceId: fc.constant("price_s"),
    currentPeriodEnd: fc.integer({ min: start - 1_000, max: start + 10_000_000 }),
    cancelAtPeriodEnd: fc.boolean(),
    paidThrough: fc.constant(start + 10_000_000),
    terminal: fc.boolean(),
  });
  fc.assert(
    fc.property(known, fc.constantFrom("end" as const, "keep" as const), (subscription, onPause) => {
      const { kind } = entitlementOf([subscription], plans, { ...access, onPause }, start);
      const isOver =
        subscription.terminal || ["canceled", "incomplete_expired"].includes(subscription.status);
      if (isOver || subscription.status === "of_the_future") expect(kind).toBe("none");
    }),
  );
});
