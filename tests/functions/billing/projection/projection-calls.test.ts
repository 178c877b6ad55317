import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import { type SubscriptionStatus, steps } from "../../../../functions/billing/access/subscription-status.ts";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { projectSubscription } from "../../../../functions/billing/projection/project-subscription.ts";
import type { StripeSubscription } from "../../../../functions/billing/projection/project-subscriptions.ts";
import { aroundSends } from "../../around-sends.ts";
import { localTables } from "../../local-tables.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";
import { localProjections } from "./local-projections.ts";

const start = 1_800_000_000;
const limits = {
  ...{ maxFrameBytes: 1, framesPerSecond: 1, peersPerChannel: 1, mailboxDepth: 1, messageTtlSeconds: 30 },
};
const plans = { silver: { priceId: "price_s", group: "default", limits } };

let tables: Awaited<ReturnType<typeof localTables>>;
/** Every call to AWS since the last look, by its operation. */
let calls: string[] = [];
beforeAll(async () => {
  tables = await localTables();
  aroundSends(tables.client, ({ operation }, send) => {
    calls.push(operation);
    return send();
  });
});
afterAll(() => tables.close());

let customersMade = 0;

/** A new customer of Stripe's, whose row is there, and the worker that projects events of it. */
async function customerAtStripe() {
  customersMade += 1;
  const id = `cus_${customersMade}`;
  const at = new Map<string, SubscriptionStatus>();
  const customers = dynamoCustomers(tables.client, "customers", straight);
  await customers.takeNumber(`acme#${id}`, id);
  const never = () => Promise.reject(new Error("asks Stripe for more than the subscriptions"));
  const recorded = recordedTelemetry("project-subscription");
  const worker = projectSubscription({
    ...{ plans, customers, access: v.parse(accessPolicy, {}), now: () => start * 1000 },
    projections: localProjections(tables.client),
    revocations: { send: async () => void calls.push("SendMessage") },
    stripe: {
      ...{ customerOf: never, userOf: never },
      subscriptionsOf: async () => {
        calls.push("Stripe");
        return [...at].map(([name, status]) => subscriptionOf(name, status));
      },
    },
    ...{ endDuplicate: never, endForCharge: never, telemetry: recorded.telemetry },
    receipts: { postpone: never },
  });
  let events = 0;
  return {
    at,
    /** What an event costs. */
    project: async (): Promise<string[]> => {
      events += 1;
      const body = {
        ...{ v: 1, eventId: `evt_${events}`, type: "customer.subscription.updated", created: start },
        ...{ objectId: "sub_1", customerId: id, livemode: false, thin: false },
      };
      const attributes = { ApproximateReceiveCount: "1", MessageGroupId: id };
      const record = { messageId: `m-${events}`, receiptHandle: "r", body: JSON.stringify(body), attributes };
      calls = [];
      expect(await worker({ Records: [record] })).toEqual({ batchItemFailures: [] });
      expect(recorded.lines().at(-1)).toMatchObject({ outcome: "projected", stripeEventId: `evt_${events}` });
      return calls;
    },
  };
}

const subscriptionOf = (id: string, status: string): StripeSubscription => ({
  ...{ id, status, cancel_at_period_end: false, created: start, metadata: {} },
  items: { data: [{ current_period_end: start + 86_400 * 30, price: { id: "price_s" } }] },
  latest_invoice: { status: "paid" },
});

test("an event that changes nothing takes three AWS calls", async () => {
  const { at, project } = await customerAtStripe();
  at.set("sub_1", "active");
  await project();
  await project();
  expect(await project()).toEqual(["Query", "UpdateItem", "Stripe", "UpdateItem"]);
});

test("one that changes something takes three as well, after another change too", async () => {
  const { at, project } = await customerAtStripe();
  at.set("sub_1", "incomplete");
  await project();
  at.set("sub_1", "active").set("sub_2", "active");
  expect(await project()).toEqual(["Query", "UpdateItem", "Stripe", "TransactWriteItems"]);
  at.set("sub_1", "past_due").set("sub_2", "canceled");
  expect(await project()).toEqual(["Query", "UpdateItem", "Stripe", "TransactWriteItems"]);
});

test("one that ends access takes a fourth, which has the sockets closed", async () => {
  const { at, project } = await customerAtStripe();
  at.set("sub_1", "active");
  await project();
  at.set("sub_1", "canceled");
  expect(await project()).toEqual(["Query", "UpdateItem", "Stripe", "TransactWriteItems", "SendMessage"]);
  expect(await project()).toEqual(["Query", "UpdateItem", "Stripe", "UpdateItem", "SendMessage"]);
});

test("no history makes an event cost more than four AWS calls and one read of Stripe", async () => {
  const step = fc.record({ of: fc.nat(3), choice: fc.nat(6) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 8 }),
      async (history) => {
        const { at, project } = await customerAtStripe();
        for (const happened of history) {
          for (const { of, choice } of happened) {
            const status = at.get(`sub_${of}`);
            const ways =
              status === undefined ? (["incomplete", "trialing", "active"] as const) : steps[status];
            const next = ways[choice % Math.max(ways.length, 1)];
            if (next !== undefined) at.set(`sub_${of}`, next);
          }
          const made = await project();
          expect(made.filter((call) => call === "Stripe")).toHaveLength(1);
          expect(made.filter((call) => call !== "Stripe").length).toBeLessThanOrEqual(4);
        }
      },
    ),
    { numRuns: 60 },
  );
});
