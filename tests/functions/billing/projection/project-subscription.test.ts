import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { projectSubscription } from "../../../../functions/billing/projection/project-subscription.ts";
import type { BillingEvent } from "../../../../functions/billing/webhook/billing-event.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { type ProjectionWorld, projectionWorld, user } from "./projection-world.ts";

let world: ProjectionWorld;
let recorded: ReturnType<typeof recordedTelemetry>;
const postponed: [string, number][] = [];

beforeEach(async () => {
  world = await projectionWorld();
  recorded = recordedTelemetry("project-subscription");
  postponed.length = 0;
});
afterEach(() => world.close());

const message = (more: Partial<BillingEvent> = {}): BillingEvent => ({
  v: 1,
  eventId: "evt_1",
  type: "customer.subscription.updated",
  created: 1_800_000_000,
  objectId: "sub_1",
  customerId: world.shop.customer.id,
  livemode: false,
  thin: false,
  ...more,
});

const record = (id: string, body: unknown, receives = 1) => ({
  messageId: id,
  receiptHandle: `receipt-${id}`,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receives),
    MessageGroupId: typeof body === "string" ? "cus_broken" : String((body as BillingEvent).customerId),
  },
});

const receive = async (records: ReturnType<typeof record>[], stripe = world.ports.stripe) => {
  const receipts = {
    postpone: async (handle: string, seconds: number) => void postponed.push([handle, seconds]),
  };
  const worker = projectSubscription({ ...world.ports, stripe, receipts, telemetry: recorded.telemetry });
  const { batchItemFailures } = await worker({ Records: records });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const subscribe = () =>
  world.running.stripe.subscriptions.create({
    customer: world.shop.customer.id,
    items: [{ price: world.shop.monthly.id }],
  });

test("an event brings its customer's row up to date", async () => {
  await subscribe();
  expect(await receive([record("m-1", message())])).toEqual([]);
  expect(await world.ports.customers.read(user)).toMatchObject({
    entitlement: { kind: "entitled", planId: "silver" },
  });
  expect(recorded.lines()).toMatchObject([
    {
      event: "projection",
      outcome: "projected",
      stripeEventId: "evt_1",
      stripeType: "customer.subscription.updated",
      receiveCount: 1,
      tenant: "acme",
      fence: 1,
      transitions: 1,
    },
  ]);
});

test("a known customer costs one read of Stripe, and messages of one batch share it", async () => {
  await subscribe();
  await receive([record("m-1", message())]);
  const again = [record("m-2", message({ eventId: "evt_2" })), record("m-3", message({ eventId: "evt_3" }))];
  expect(await receive(again)).toEqual([]);
  expect(recorded.lines().slice(1)).toMatchObject([
    { outcome: "projected", stripeCalls: 1 },
    { outcome: "served", code: "coalesced" },
  ]);
});

test("a thin event, which names no customer, is resolved at Stripe", async () => {
  const { id } = await subscribe();
  const { customerId: _, ...thin } = message({
    objectId: id,
    thin: true,
    type: "v1.customer.subscription.updated",
  });
  expect(await receive([record("m-1", thin)])).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "projected", stripeCalls: 3 }]);
});

test("what fails comes back with all behind it of that customer, and stops no other", async () => {
  const fails = {
    ...world.ports.stripe,
    subscriptionsOf: async (id: string) => {
      if (id === world.shop.customer.id)
        throw new Failure("stripe_malformed", "Stripe is slow", { retryable: true });
      return [];
    },
    userOf: async (id: string) => `acme#${id}`,
  };
  const records = [
    record("m-1", message(), 3),
    record("m-2", message({ eventId: "evt_2" })),
    record("m-3", message({ eventId: "evt_3", customerId: "cus_other" })),
  ];
  expect(await receive(records, fails)).toEqual(["m-1", "m-2"]);
  expect(postponed).toEqual([
    ["receipt-m-1", 4],
    ["receipt-m-2", 1],
  ]);
  expect(recorded.lines()).toContainEqual(
    expect.objectContaining({ outcome: "retried", code: "group_blocked" }),
  );
});

test.each(["{", "{}", '{"v":0}', "null"])(
  "a message that is %s comes back until it is a dead letter",
  async (body) => {
    expect(await receive([record("m-1", body)])).toEqual(["m-1"]);
    expect(recorded.lines()).toMatchObject([{ outcome: "failed", code: "message_malformed" }]);
  },
);

test("a message of a later release comes back, and what is behind it waits for it", async () => {
  expect(
    await receive([
      record("m-1", { v: 2, customerId: "cus_1" }),
      record("m-2", message({ customerId: "cus_1" })),
    ]),
  ).toEqual(["m-1", "m-2"]);
  expect(recorded.lines()).toMatchObject([
    { outcome: "retried", code: "message_newer" },
    { outcome: "retried", code: "group_blocked" },
  ]);
});

test("an event about somebody else's customer is left alone", async () => {
  const { id } = await world.running.stripe.customers.create({ email: "x@example.com" });
  expect(await receive([record("m-1", message({ customerId: id }))])).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "ignored", code: "user_absent" }]);
});

test("an event about no customer is left alone", async () => {
  const { customerId: _, ...nobody } = message({ objectId: "ch_1" });
  expect(await receive([record("m-1", nobody)])).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "ignored", code: "customer_absent" }]);
});

test("a refund is noted in the log and reads nothing", async () => {
  expect(await receive([record("m-1", message({ type: "charge.refunded" }))])).toEqual([]);
  expect(recorded.lines()).toMatchObject([{ outcome: "served", stripeType: "charge.refunded" }]);
  expect(recorded.lines()[0]?.stripeCalls).toBeUndefined();
});

test("what is no batch of a queue is a fault", async () => {
  const worker = projectSubscription({
    ...world.ports,
    receipts: { postpone: async () => {} },
    telemetry: recorded.telemetry,
  });
  await expect(worker({})).rejects.toMatchObject({ code: "event_malformed" });
});
