import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import { entitlementOf } from "../../../../functions/billing/access/entitlement.ts";
import { type SubscriptionStatus, steps } from "../../../../functions/billing/access/subscription-status.ts";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { refreshCustomer } from "../../../../functions/billing/projection/project-customer.ts";
import type { StripeSubscription } from "../../../../functions/billing/projection/project-subscriptions.ts";
import { reconcile } from "../../../../functions/billing/repair/reconcile.ts";
import { reconcilerKey } from "../../../../functions/billing/repair/reconciler-key.ts";
import { dynamoReconcilerProgress } from "../../../../functions/billing/repair/reconciler-progress.ts";
import type { StripeLists, StripePage } from "../../../../functions/billing/repair/stripe-lists.ts";
import type { BillingEvent } from "../../../../functions/billing/webhook/billing-event.ts";
import { DeleteItemCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { localTablesInProcess } from "../../local-tables.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";
import { localProjections } from "../projection/local-projections.ts";

const start = 1_800_000_000;
const limits = {
  ...{ maxFrameBytes: 1, framesPerSecond: 1, peersPerChannel: 1, mailboxDepth: 1, messageTtlSeconds: 30 },
};
const plans = { silver: { priceId: "price_s", group: "default", limits } };
const access = v.parse(accessPolicy, {});

interface Held {
  readonly id: string;
  readonly customerId: string;
  status: SubscriptionStatus;
}
const atStripe = ({ id, status }: Held): StripeSubscription => ({
  ...{ id, status, cancel_at_period_end: false, created: start, metadata: {} },
  items: { data: [{ current_period_end: start + 86_400 * 30, price: { id: "price_s" } }] },
  latest_invoice: { status: "paid" },
});

const eventOf = (eventId: string, created: number, customerId: string): BillingEvent => ({
  ...{ v: 1, eventId, type: "customer.subscription.updated", created, objectId: "sub_1", customerId },
  ...{ livemode: false, thin: false },
});

/** What becomes of a webhook: lost, so that Stripe lists the event or, with `silent`, does not; late behind newer ones. */
const fate = fc.constantFrom("arrives", "twice", "late", "lost", "silent");
/** The call after which a function dies; beyond the last: it does not. */
const crashAfter = fc.nat(14);
const happening = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("step"), of: fc.nat(2), choice: fc.nat(6), fate }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("work"), crashAfter }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reconcile"), crashAfter, slow: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("dead letter") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("time"), seconds: fc.nat(4_000) }) },
);

let tables: Awaited<ReturnType<typeof localTablesInProcess>>;
beforeAll(async () => {
  tables = await localTablesInProcess();
});
afterAll(() => tables.close());

let worlds = 0;

test("of any history of events, whatever was lost, repeated, late or cut off, one reconciliation mends all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 16 }), async (happenings) => {
      worlds += 1;
      const Key = { user: { S: reconcilerKey } };
      await tables.client.send(new DeleteItemCommand({ TableName: "customers", Key }));
      const customersOf = [`cus_${worlds}a`, `cus_${worlds}b`];
      const userOf = (customerId: string) => `acme#${customerId}`;
      let now = start;
      let id = 0;
      const held: Held[] = [];
      const ended = new Set<string>();
      const events: { id: string; created: number; customerId: string; isListed: boolean }[] = [];
      let queue: string[] = [];
      let late: string[] = [];
      const paused: { readonly goOn: () => void; readonly done: Promise<unknown> }[] = [];

      const customers = dynamoCustomers(tables.client, "customers", straight);
      const projections = localProjections(tables.client);
      const saved = dynamoReconcilerProgress(tables.client, "customers", straight);
      /** Calls that end with the function. */
      const mortalFor = (calls: number) => {
        let left = calls;
        return async <T>(call: () => Promise<T>): Promise<T> => {
          if (left-- <= 0) throw new Failure("dynamodb_unavailable", "it died", { retryable: true });
          return call();
        };
      };

      const work = async (customerId: string, calls = Infinity) => {
        const mortal = mortalFor(calls);
        await refreshCustomer(
          {
            ...{ plans, access, now: () => now * 1_000 },
            revocations: { send: () => mortal(async () => {}) },
            customers: {
              ...customers,
              takeNumber: (user, stripeId) => mortal(() => customers.takeNumber(user, stripeId)),
            },
            projections: {
              write: (before, fence, change, entries) =>
                mortal(async () => {
                  const dead = change.subscriptions.filter((each) => ended.has(each.id) && each.terminal);
                  expect(entitlementOf(dead, plans, access, now).kind).toBe("none");
                  return projections.write(before, fence, change, entries);
                }),
            },
            stripe: {
              subscriptionsOf: (ofCustomer) =>
                mortal(async () => held.filter((one) => one.customerId === ofCustomer).map(atStripe)),
            },
          },
          { user: userOf(customerId), stripeCustomerId: customerId, cause: "reconcile" },
        );
      };

      /** One item a page, so that every cursor is used. */
      const pageOf = <Item>(newestFirst: readonly { id: string; item: Item }[], after?: string) => {
        const at = after === undefined ? 0 : newestFirst.findIndex((each) => each.id === after) + 1;
        const found = newestFirst[at];
        const page: StripePage<Item> = {
          items: found ? [found.item] : [],
          unreadable: 0,
          ...(found && at + 1 < newestFirst.length && { next: found.id }),
        };
        return page;
      };
      const lists: StripeLists = {
        undelivered: async ({ from, until }, after) =>
          pageOf(
            events
              .filter(({ created, isListed }) => isListed && created >= from && created <= until)
              .map(({ id, created, customerId }) => ({ id, item: eventOf(id, created, customerId) }))
              .reverse(),
            after,
          ),
        matters: async () => pageOf([]),
        subscriptions: async (after) =>
          pageOf(
            held
              .map((one) => ({
                id: one.id,
                item: {
                  customerId: one.customerId,
                  user: userOf(one.customerId),
                  subscription: atStripe(one),
                },
              }))
              .reverse(),
            after,
          ),
      };
      const run = async (
        calls = Infinity,
        slow?: { readonly read: () => void; readonly goOn: Promise<void> },
      ) => {
        const mortal = mortalFor(calls);
        const recorded = recordedTelemetry("reconcile");
        const once = reconcile({
          ...{ plans, access, now: () => now * 1_000, telemetry: recorded.telemetry },
          listsFor: async () => ({
            undelivered: (span, after) => mortal(() => lists.undelivered(span, after)),
            matters: lists.matters,
            subscriptions: async (after) => {
              const page = await mortal(() => lists.subscriptions(after));
              slow?.read();
              await slow?.goOn;
              return page;
            },
          }),
          customers: {
            userOf: (of) => mortal(() => customers.userOf(of)),
            read: (user) => mortal(() => customers.read(user)),
          },
          progress: {
            read: () => mortal(() => saved.read()),
            save: (before, progress) => mortal(() => saved.save(before, progress)),
          },
          events: { send: () => Promise.reject(new Error("nobody's money went back")) },
          requests: { send: ({ customerId }) => mortal(async () => void queue.push(customerId)) },
        });
        await once({}).catch(() => {});
        return recorded.lines()[0];
      };

      const happen = async (each: (typeof happenings)[number]): Promise<void> => {
        if (each.kind === "time") now += each.seconds;
        if (each.kind === "dead letter") queue = queue.slice(1);
        if (each.kind === "work") {
          const [first] = queue;
          if (first === undefined) return;
          const worked = await work(first, each.crashAfter).then(
            () => true,
            () => false,
          );
          if (worked) queue = queue.slice(1);
        }
        if (each.kind === "reconcile") {
          const { promise: read, resolve: isRead } = Promise.withResolvers<void>();
          const { promise: goOn, resolve } = Promise.withResolvers<void>();
          const done = run(each.crashAfter, each.slow ? { read: isRead, goOn } : undefined);
          if (!each.slow) return void (await done);
          await Promise.race([read, done]);
          paused.push({ goOn: resolve, done });
        }
        if (each.kind !== "step") return;
        now += 1;
        const customerId = customersOf[each.of % 2] ?? "";
        const own = held.find(
          (one) => one.customerId === customerId && !(each.of === 2 && ended.has(one.id)),
        );
        const ways = own ? steps[own.status] : (["incomplete", "trialing", "active"] as const);
        const next = ways[each.choice % Math.max(ways.length, 1)];
        if (next === undefined) return;
        const one = own ?? { id: `sub_${worlds}_${++id}`, customerId, status: next };
        one.status = next;
        if (!own) held.push(one);
        if (steps[next].length === 0) ended.add(one.id);
        const isListed = each.fate === "lost" || each.fate === "late";
        events.push({ id: `evt_${worlds}_${++id}`, created: now, customerId, isListed });
        if (each.fate === "arrives") queue.push(customerId, ...late.splice(0));
        if (each.fate === "twice") queue.push(customerId, customerId);
        if (each.fate === "late") late.push(customerId);
      };
      for (const each of happenings) await happen(each);
      for (const { goOn } of paused) goOn();
      await Promise.all(paused.map(({ done }) => done));
      late = [];

      // What waits is a dead letter in the end, so that the reconciler alone must mend it.
      queue = [];
      // A walk that began before all had happened is ended first.
      let walks = (await saved.read()).progress.walkAfter === undefined ? 1 : 2;
      for (let runs = 0; walks > 0 && runs < 50; runs += 1) {
        now += 3_601;
        if ((await run())?.walkEnded) walks -= 1;
      }
      for (const customerId of queue) await work(customerId);

      for (const customerId of customersOf) {
        const theirs = held.filter((one) => one.customerId === customerId);
        const row = await customers.read(userOf(customerId));
        const seen = Object.fromEntries(row?.subscriptions.map((one) => [one.id, one.status]) ?? []);
        expect(seen).toEqual(Object.fromEntries(theirs.map((one) => [one.id, one.status])));
        const grants = theirs.some(({ status }) => ["active", "trialing", "past_due"].includes(status));
        expect(row?.entitlement.kind ?? "none").toBe(grants ? "entitled" : "none");
      }
      expect(await customers.userOf(reconcilerKey)).toBeUndefined();
      // A walk now finds nothing more.
      now += 3_601;
      expect(await run()).toMatchObject({ outcome: "reconciled", drifted: 0, compared: held.length });
    }),
    { numRuns: 150 },
  );
}, 120_000);
