import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { openShop, type RunningStripe, refusal, runStripe } from "../running-stripe.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

let running: RunningStripe;
let stripe: Stripe;
let receiver: Receiver;

beforeEach(async () => {
  running = await runStripe();
  stripe = running.stripe;
  receiver = await startReceiver();
});
afterEach(async () => {
  await running.fake.close();
  await receiver.close();
});

const destination = (more: Partial<Stripe.V2.Core.EventDestinationCreateParams> = {}) =>
  stripe.v2.core.eventDestinations.create({
    name: "worker",
    type: "webhook_endpoint",
    event_payload: "thin",
    enabled_events: [
      "v1.customer.subscription.updated",
      "v1.customer.subscription.past_due",
      "v1.customer.subscription.active",
    ],
    webhook_endpoint: { url: receiver.url },
    include: ["webhook_endpoint.signing_secret"],
    ...more,
  });

async function renewWithFailure(): Promise<string> {
  const { customer, monthly } = await openShop(stripe);
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  await running.control("PUT", "/payments", [{ outcome: "card_declined" }]);
  await running.clock.advance((31 * 24 + 1) * 3_600_000);
  return id;
}

test("a thin event names the subscription, which the SDK fetches; a new status is an event of its own", async () => {
  const { webhook_endpoint } = await destination();
  const id = await renewWithFailure();
  expect(receiver.types()).toEqual([
    "v1.customer.subscription.active",
    "v1.customer.subscription.updated",
    "v1.customer.subscription.updated",
    "v1.customer.subscription.past_due",
  ]);
  const last = receiver.received.at(-1);
  const notification = stripe.parseEventNotification(
    last?.body ?? "",
    last?.signature ?? "",
    webhook_endpoint?.signing_secret ?? "",
    300,
    undefined,
    running.clock.now(),
  );
  if (notification.type !== "v1.customer.subscription.past_due") throw new Error(notification.type);
  expect(notification.related_object).toEqual({ id, type: "subscription", url: `/v1/subscriptions/${id}` });
  expect(await notification.fetchRelatedObject()).toMatchObject({ id, status: "past_due" });
  expect(await notification.fetchEvent()).toMatchObject({
    object: "v2.core.event",
    changes: { before: { status: "active" }, after: { status: "past_due" } },
  });
  const snapshot = await stripe.events.retrieve(notification.snapshot_event ?? "");
  expect(snapshot.type).toBe("customer.subscription.updated");
});

test("a thin event carries nothing of the object but its id", async () => {
  await destination({ enabled_events: ["v1.customer.created"] });
  await stripe.customers.create({ email: "zoe@example.com" }, { idempotencyKey: "zoe" });
  await running.clock.advance(0);
  expect(receiver.received[0]?.body).not.toContain("zoe@example.com");
  expect(receiver.received[0]?.event).toMatchObject({
    reason: { type: "request", request: { idempotency_key: "zoe" } },
  });
  expect(receiver.received[0]?.event).not.toHaveProperty("data");
});

test("a destination may want snapshots instead", async () => {
  await destination({
    event_payload: "snapshot",
    enabled_events: ["customer.created"],
    snapshot_api_version: "2026-10-28.endive",
  });
  await stripe.customers.create({ name: "Zoë" });
  await running.clock.advance(0);
  expect(receiver.received[0]?.event).toMatchObject({ object: "event", type: "customer.created" });
});

test("the secret is shown only to who asks for it, and a disabled destination gets nothing", async () => {
  const { id } = await destination({ enabled_events: ["v1.customer.created"] });
  expect((await stripe.v2.core.eventDestinations.retrieve(id)).webhook_endpoint).toBeUndefined();
  await stripe.v2.core.eventDestinations.disable(id);
  await stripe.customers.create();
  await running.clock.advance(0);
  expect(receiver.received).toEqual([]);
});

test("names of snapshots are refused for thin events, and the other way round", async () => {
  expect(await refusal(destination({ enabled_events: ["customer.created"] }))).toMatchObject({
    statusCode: 400,
    param: "enabled_events",
  });
  expect(
    await refusal(destination({ event_payload: "snapshot", enabled_events: ["v1.customer.created"] })),
  ).toMatchObject({ statusCode: 400, param: "enabled_events" });
});

test("thin events and destinations can be listed, of some types or of one object", async () => {
  const { id } = await stripe.customers.create();
  await stripe.products.create({ name: "Gold" });
  const list = async (given: Stripe.V2.Core.EventListParams) =>
    (await stripe.v2.core.events.list(given)).data.map(({ type }) => type);
  expect(await list({ types: ["v1.customer.created", "v1.product.created"] })).toEqual([
    "v1.product.created",
    "v1.customer.created",
  ]);
  expect(await list({ object_id: id })).toEqual(["v1.customer.created"]);
  await destination();
  const [kept] = (await stripe.v2.core.eventDestinations.list({ include: ["webhook_endpoint.url"] })).data;
  expect(kept?.webhook_endpoint).toEqual({ url: receiver.url });
});
