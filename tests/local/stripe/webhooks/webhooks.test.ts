import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { day, openShop, type RunningStripe, refusal, runStripe } from "../running-stripe.ts";
import { type Received, type Receiver, startReceiver } from "./receiver.ts";

let running: RunningStripe;
let stripe: Stripe;
let receiver: Receiver;
let endpoint: Stripe.WebhookEndpoint;

beforeEach(async () => {
  running = await runStripe();
  stripe = running.stripe;
  receiver = await startReceiver();
  endpoint = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ["*"],
    api_version: "2026-10-28.endive",
  });
});
afterEach(async () => {
  await running.fake.close();
  await receiver.close();
});

const later = (seconds: number) => running.clock.advance(seconds * 1_000);
/** Waits for what is under way. */
const arrived = () => later(0);
const customerNamed = (name: string) => stripe.customers.create({ name });
/** What the SDK makes of it, at the moment at which it was signed unless another is given. */
const verified = ({ body, signature }: Received, secret: string | undefined, now = signedAt(signature)) =>
  stripe.webhooks.constructEvent(body, signature, secret ?? "", 300, undefined, now);
const signedAt = (signature: string) => Number(/^t=(\d+),/.exec(signature)?.[1]) * 1_000;

describe("a webhook", () => {
  test("is signed so that the SDK accepts it, over the bytes that it sends", async () => {
    await customerNamed("Zoë 🦊");
    await arrived();
    const [received] = receiver.received;
    if (!received) throw new Error("nothing came");
    expect(received.signature).toMatch(/^t=1893456000,v1=[0-9a-f]{64}$/);
    const event = verified(received, endpoint.secret, running.clock.now());
    expect(event).toMatchObject({
      object: "event",
      type: "customer.created",
      api_version: "2026-10-28.endive",
      created: 1_893_456_000,
      pending_webhooks: 1,
      data: { object: { object: "customer", name: "Zoë 🦊" } },
    });
    expect(() =>
      verified({ ...received, body: received.body.replace("Zoë", "Zoe") }, endpoint.secret),
    ).toThrow();
  });

  test("tells what was before, of what has changed only", async () => {
    const { id } = await stripe.customers.create({ name: "before", metadata: { a: "1", b: "2" } });
    await stripe.customers.update(id, { name: "after", metadata: { b: "3" } });
    const [event] = (await stripe.events.list({ type: "customer.updated" })).data;
    expect(event?.data.previous_attributes).toEqual({ name: "before", metadata: { b: "2" } });
  });

  test("goes to the endpoints that want its type", async () => {
    await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ["product.created"] });
    await customerNamed("unheard");
    await stripe.products.create({ name: "heard" });
    await arrived();
    expect(receiver.types()).toEqual(["product.created"]);
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    await stripe.products.create({ name: "unheard" });
    await stripe.webhookEndpoints.del(endpoint.id);
    await arrived();
    expect(receiver.types()).toEqual(["product.created"]);
  });

  test("has the shape of its endpoint's version", async () => {
    await stripe.webhookEndpoints.del(endpoint.id);
    await stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["customer.subscription.created"],
      api_version: "2024-06-20",
    });
    const { customer, monthly } = await openShop(stripe);
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
    await arrived();
    expect(receiver.received[0]?.event).toMatchObject({
      api_version: "2024-06-20",
      data: { object: { current_period_end: 1_896_134_400 } },
    });
  });

  test("is sent to this machine only", async () => {
    const create = (url: string) => refusal(stripe.webhookEndpoints.create({ url, enabled_events: ["*"] }));
    for (const url of [
      "https://example.com/hook",
      "http://10.0.0.1/hook",
      "http://127.0.0.1.example.com/",
      "https://127.0.0.1/",
    ]) {
      expect(await create(url)).toMatchObject({ statusCode: 400, param: "url" });
    }
  });
});

describe("an endpoint that fails", () => {
  test("gets the event again, later each time and signed anew, until it takes it", async () => {
    receiver.answerWith(500);
    await customerNamed("again");
    await later(60);
    await later(120);
    receiver.answerWith(200);
    await later(240);
    await later(day);
    const { received } = receiver;
    expect(received.map(({ signature }) => signature.split(",")[0])).toEqual([
      "t=1893456000",
      "t=1893456060",
      "t=1893456180",
      "t=1893456420",
    ]);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    for (const one of received) verified(one, endpoint.secret);
  });

  test("is given up after three days, and the event stays to be found as undelivered", async () => {
    receiver.answerWith(500);
    const { id } = await customerNamed("lost");
    await later(4 * day);
    const tries = receiver.received.length;
    receiver.answerWith(200);
    await later(10 * day);
    expect(receiver.received.length).toBe(tries);
    const undelivered = await stripe.events.list({ delivery_success: false });
    expect(undelivered.data.map(({ data }) => (data.object as Stripe.Customer).id)).toEqual([id]);
    await running.control("POST", `/events/${undelivered.data[0]?.id}/resend`);
    await arrived();
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([]);
  });

  test("does not follow redirects", async () => {
    receiver.answerWith(307);
    await customerNamed("redirected");
    await arrived();
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });
});

describe("a secret", () => {
  test("that is rolled signs beside the new one until it expires", async () => {
    const { secret } = (await running.control("POST", `/webhook-endpoints/${endpoint.id}/roll`, {
      oldSecretSeconds: 3_600,
    })) as { secret: string };
    await customerNamed("both");
    await later(3_600);
    await customerNamed("new");
    await arrived();
    const [both, fresh] = receiver.received;
    if (!both || !fresh) throw new Error("two were expected");
    expect(both.signature.match(/v1=/g)).toHaveLength(2);
    expect(fresh.signature.match(/v1=/g)).toHaveLength(1);
    expect([verified(both, secret).type, verified(both, endpoint.secret).type]).toEqual([
      "customer.created",
      "customer.created",
    ]);
    expect(verified(fresh, secret).type).toBe("customer.created");
    expect(() => verified(fresh, endpoint.secret)).toThrow();
  });

  test("is told once, when the endpoint is made", async () => {
    expect(endpoint.secret).toMatch(/^whsec_\w{20,}$/);
    expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty("secret");
  });
});

describe("deliveries that go wrong on purpose", () => {
  const names = () =>
    receiver.received.map(({ event }) => (event as unknown as Stripe.CustomerCreatedEvent).data.object.name);

  test("are lost, and count as failed or not as it was asked", async () => {
    await running.control("PUT", "/deliveries", [{ kind: "lose" }]);
    await customerNamed("failed");
    await running.control("PUT", "/deliveries", [{ kind: "lose", silently: true }]);
    await customerNamed("unnoticed");
    await customerNamed("heard");
    await later(4 * day);
    expect(names()).toEqual(["heard"]);
    const undelivered = (await stripe.events.list({ delivery_success: false })).data;
    expect(undelivered.map(({ data }) => (data.object as Stripe.Customer).name)).toEqual(["failed"]);
  });

  test("are duplicated, delayed and reordered", async () => {
    await running.control("PUT", "/deliveries", [{ kind: "duplicate" }]);
    await customerNamed("twice");
    await arrived();
    await running.control("PUT", "/deliveries", [{ kind: "delay", milliseconds: 5_000 }]);
    await customerNamed("late");
    await customerNamed("soon");
    await later(5);
    await running.control("PUT", "/deliveries", [{ kind: "reorder", window: 3, times: 3 }]);
    for (const name of ["one", "two", "three"]) await customerNamed(name);
    await arrived();
    expect(names().slice(0, 4)).toEqual(["twice", "twice", "soon", "late"]);
    expect(names().slice(4).toSorted()).toEqual(["one", "three", "two"]);
  });

  test("concern one type when it is named", async () => {
    await running.control("PUT", "/deliveries", [{ kind: "lose", type: "product.*", times: 9 }]);
    await stripe.products.create({ name: "lost" });
    await customerNamed("heard");
    await arrived();
    expect(receiver.types()).toEqual(["customer.created"]);
  });

  test("come as base64, signed as if they did not", async () => {
    await running.control("PUT", "/deliveries", [{ kind: "base64" }]);
    await customerNamed("encoded");
    await arrived();
    const [received] = receiver.received;
    if (!received) throw new Error("nothing came");
    const body = Buffer.from(received.body, "base64").toString("utf8");
    expect(verified({ ...received, body }, endpoint.secret).type).toBe("customer.created");
  });

  test("all carry one second while it is held", async () => {
    await running.control("PUT", "/same-second", { frozen: true });
    await customerNamed("first");
    await later(10);
    await customerNamed("second");
    await running.control("PUT", "/same-second", { frozen: false });
    await customerNamed("third");
    await arrived();
    expect(receiver.received.map(({ event }) => event.created)).toEqual([
      1_893_456_000, 1_893_456_000, 1_893_456_010,
    ]);
  });
});

describe("the list of events", () => {
  test("goes on from a cursor, oldest first, as a reconciler reads it", async () => {
    const first = await customerNamed("one");
    for (const name of ["two", "three", "four"]) await customerNamed(name);
    const all = await stripe.events.list({ type: "customer.*" });
    const cursor = all.data.at(-1)?.id ?? "";
    const names: (string | null | undefined)[] = [];
    for await (const event of stripe.events.list({
      ending_before: cursor,
      limit: 2,
      types: ["customer.created"],
    })) {
      names.push((event.data.object as Stripe.Customer).name);
    }
    expect(names).toEqual(["two", "three", "four"]);
    expect((await stripe.events.retrieve(cursor)).data.object).toMatchObject({ id: first.id });
  });

  test("keeps events for thirty days", async () => {
    await customerNamed("old");
    const [event] = (await stripe.events.list()).data;
    await later(30 * day);
    expect((await stripe.events.list()).data).toEqual([]);
    expect(await refusal(stripe.events.retrieve(event?.id ?? ""))).toMatchObject({ statusCode: 404 });
  });
});
