import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { reconcile } from "../../../../functions/billing/repair/reconcile.ts";
import { dynamoReconcilerProgress } from "../../../../functions/billing/repair/reconciler-progress.ts";
import { stripeLists } from "../../../../functions/billing/repair/stripe-lists.ts";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";
import { type ProjectionWorld, projectionWorld, user } from "../projection/projection-world.ts";
import { refreshQueue } from "./refresh-queue.ts";

let world: ProjectionWorld;
let queue: ReturnType<typeof refreshQueue>;
beforeEach(async () => {
  world = await projectionWorld();
  queue = refreshQueue(world);
});
afterEach(() => world.close());

const minutes = (count: number) => world.running.clock.advance(count * 60_000);
const row = () => world.ports.customers.read(user);
const subscribe = (customer = world.shop.customer.id, price = world.shop.monthly.id) =>
  world.running.stripe.subscriptions.create({ customer, items: [{ price }] });
const circuit = stripeCircuit();

/** One run, and its line. */
async function reconciled() {
  const recorded = recordedTelemetry("reconcile");
  const run = reconcile({
    ...world.ports,
    progress: dynamoReconcilerProgress(world.dynamodb, "customers", straight),
    requests: queue.requests,
    events: queue.events,
    listsFor: async (remaining) =>
      stripeLists(world.running.stripe, resilientStripe(circuit, { remaining, firstPause: 1 })),
    telemetry: recorded.telemetry,
  });
  const fails = await run({}).then(
    () => false,
    () => true,
  );
  const [line] = recorded.lines();
  expect(recorded.lines()).toHaveLength(1);
  expect(fails).toBe(line?.outcome === "failed");
  return line;
}

/** Webhooks are sent, and none arrives; `silently`: Stripe thinks that they did. */
async function loseWebhooks(silently = false): Promise<void> {
  const { stripe, control } = world.running;
  await stripe.webhookEndpoints.create({ url: "http://127.0.0.1:9/hook", enabled_events: ["*"] });
  await control("PUT", "/deliveries", [{ kind: "lose", silently, times: 1_000 }]);
}

describe("an event that was not delivered", () => {
  test("has its customer read anew by the worker, once", async () => {
    await reconciled();
    await loseWebhooks();
    await subscribe();
    await minutes(5);
    expect(await reconciled()).toMatchObject({
      ...{ event: "reconciliation", outcome: "reconciled", queued: 1, compared: 0 },
      // The subscription and its paid invoice.
      undelivered: 2,
    });
    const customerId = world.shop.customer.id;
    expect(queue.waiting()).toEqual([{ v: 1, cause: "reconcile", customerId }]);
    expect(await queue.work()).toMatchObject([{ outcome: "projected", cause: "reconcile" }]);
    expect((await row())?.entitlement).toMatchObject({ kind: "entitled", planId: "silver" });
    expect((await world.audits()).at(-1)).toMatchObject({ cause: "reconcile", accessAfter: "plan silver" });
    // What was seen is not counted again, though Stripe goes on trying.
    await minutes(30);
    expect(await reconciled()).toMatchObject({ undelivered: 0, queued: 0 });
  });

  test("is left to its webhook for a minute, and then not forgotten", async () => {
    await reconciled();
    await loseWebhooks();
    await minutes(10);
    await subscribe();
    await minutes(0.5);
    expect(await reconciled()).toMatchObject({ undelivered: 0, queued: 0 });
    await minutes(1);
    expect(await reconciled()).toMatchObject({ undelivered: 2, queued: 1 });
  });
});

describe("money that went back unheard", () => {
  const charge = async () => (await world.running.stripe.charges.list()).data[0]?.id ?? "";
  const access = { onRefund: "end", onDispute: "end", onFraudWarning: "end" } as const;
  const happenings = [
    ["a refund", async () => void (await world.running.stripe.refunds.create({ charge: await charge() }))],
    [
      "a dispute",
      async () => void (await world.running.control("POST", `/charges/${await charge()}/dispute`, {})),
    ],
    [
      "a warning",
      async () =>
        void (await world.running.control("POST", `/charges/${await charge()}/early-fraud-warning`)),
    ],
  ] as const;

  const begin = async (): Promise<string> => {
    Object.assign(world.ports, { access: { ...world.ports.access, ...access } });
    await world.running.control("PUT", "/settings", { onDispute: "nothing" });
    const { id } = await subscribe();
    await reconciled();
    await queue.work();
    return id;
  };

  test.each(happenings)("%s ends its subscription when its event was not delivered", async (_, happen) => {
    const id = await begin();
    await loseWebhooks();
    await happen();
    await minutes(5);
    expect(await reconciled()).toMatchObject({ outcome: "reconciled", queued: 1 });
    expect(await queue.work()).toMatchObject([{ outcome: "served", code: "charge_ended" }]);
    expect(await world.running.stripe.subscriptions.retrieve(id)).toMatchObject({ status: "canceled" });
    // That it was cancelled is an event too, and lost as well.
    await minutes(5);
    await reconciled();
    await queue.work();
    expect((await row())?.entitlement).toEqual({ kind: "none", reason: "canceled" });
  });

  test.each(happenings)(
    "%s ends it within the hour when Stripe takes it for delivered",
    async (_, happen) => {
      const id = await begin();
      await loseWebhooks(true);
      await happen();
      await minutes(5);
      expect(await reconciled()).toMatchObject({ outcome: "reconciled", undelivered: 0, queued: 0 });
      await minutes(56);
      expect(await reconciled()).toMatchObject({ outcome: "reconciled", undelivered: 0, queued: 1 });
      expect(await queue.work()).toMatchObject([{ outcome: "served", code: "charge_ended" }]);
      expect(await world.running.stripe.subscriptions.retrieve(id)).toMatchObject({ status: "canceled" });
      await minutes(61);
      await reconciled();
      await queue.work();
      expect((await row())?.entitlement).toEqual({ kind: "none", reason: "canceled" });
    },
  );

  test("a refund in part, and a dispute that was won meanwhile, end nothing", async () => {
    const id = await begin();
    await loseWebhooks(true);
    const { stripe, control } = world.running;
    await stripe.refunds.create({ charge: await charge(), amount: 1 });
    await control("POST", `/charges/${await charge()}/dispute`, {});
    const [dispute] = (await stripe.disputes.list()).data;
    await stripe.disputes.update(dispute?.id ?? "", {
      evidence: { uncategorized_text: "winning_evidence" },
      submit: true,
    });
    await minutes(61);
    await reconciled();
    const kept = { outcome: "served", code: "charge_kept" };
    expect(await queue.work()).toMatchObject([kept, kept]);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: "active" });
  });
});

describe("the walk of all subscriptions", () => {
  test("finds what no event told: a customer without a row, a cancellation, another price", async () => {
    await loseWebhooks(true);
    const { id, items } = await subscribe();
    expect(await reconciled()).toMatchObject({
      ...{ undelivered: 0, compared: 1, drifted: 1, unknown: 0, queued: 1, walkEnded: true },
      ...{
        CustomersCompared: 1,
        CustomersDrifted: 1,
        CustomersUnknown: 0,
        EventsUndelivered: 0,
        Heartbeat: 1,
      },
    });
    await queue.work();
    expect((await row())?.entitlement).toMatchObject({ kind: "entitled", planId: "silver" });

    await minutes(60);
    expect(await reconciled()).toMatchObject({ compared: 1, drifted: 0, queued: 0 });

    await world.running.stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? "", price: world.shop.dearer.id }],
      proration_behavior: "always_invoice",
    });
    await minutes(60);
    expect(await reconciled()).toMatchObject({ drifted: 1 });
    await queue.work();
    expect((await row())?.entitlement).toMatchObject({ planId: "gold" });

    await world.running.stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await minutes(60);
    expect(await reconciled()).toMatchObject({ drifted: 1 });
    await queue.work();
    expect((await row())?.subscriptions).toMatchObject([{ cancelAtPeriodEnd: true }]);

    await world.running.stripe.subscriptions.cancel(id);
    await minutes(60);
    expect(await reconciled()).toMatchObject({ drifted: 1 });
    await queue.work();
    expect((await row())?.entitlement).toEqual({ kind: "none", reason: "canceled" });
    await minutes(60);
    expect(await reconciled()).toMatchObject({ compared: 1, drifted: 0 });
  });

  test("begins once an hour, and goes on where a run stopped", async () => {
    await subscribe();
    expect(await reconciled()).toMatchObject({ compared: 1, walkEnded: true });
    await minutes(59);
    expect(await reconciled()).toMatchObject({ compared: 0, walkEnded: false });
    await minutes(1);
    expect(await reconciled()).toMatchObject({ compared: 1 });
  });

  test("counts customers who are nobody's, and makes no row of them", async () => {
    const { stripe } = world.running;
    const { id: stranger } = await stripe.customers.create({ metadata: { synapse_user: "#reconciler" } });
    const { id: second } = await stripe.customers.create({ metadata: { synapse_user: user } });
    await subscribe();
    await reconciled();
    await queue.work();
    for (const customer of [stranger, second]) {
      const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
      const items = [{ price: world.shop.monthly.id }];
      await stripe.subscriptions.create({ customer, items, default_payment_method: card.id });
    }
    await minutes(60);
    expect(await reconciled()).toMatchObject({ compared: 3, drifted: 0, unknown: 2, queued: 0 });
  });

  test("finds the user of a deleted customer by the row", async () => {
    await subscribe();
    await reconciled();
    await queue.work();
    await world.running.stripe.customers.del(world.shop.customer.id);
    await minutes(60);
    expect(await reconciled()).toMatchObject({ compared: 1, unknown: 0, drifted: 1 });
  });
});

test.each([
  ["throttles", { kind: "rate_limit", times: 100 }],
  ["fails", { kind: "error", times: 100 }],
])("while Stripe %s a run is one logged fault, and the next one goes on from there", async (_, fault) => {
  await loseWebhooks();
  await subscribe();
  await minutes(5);
  await world.running.control("PUT", "/requests", [{ ...fault, method: "GET" }]);
  expect(await reconciled()).toMatchObject({ outcome: "failed", code: "stripe_unavailable", queued: 0 });
  await world.running.control("PUT", "/requests", []);
  // The circuit may be open for five seconds.
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = performance.now();
  const again = async (): Promise<void> => {
    const line = await reconciled();
    if (line?.outcome === "reconciled") return resolve();
    if (performance.now() - started < 8_000) setTimeout(again, 100);
  };
  await again();
  await promise;
  expect(queue.waiting()).toHaveLength(1);
});
