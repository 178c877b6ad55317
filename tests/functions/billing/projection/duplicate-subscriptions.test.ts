import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import type { KnownSubscription } from "../../../../functions/billing/access/entitlement.ts";
import { duplicatesIn } from "../../../../functions/billing/projection/duplicate-subscriptions.ts";
import { endDuplicate } from "../../../../functions/billing/projection/end-duplicate.ts";
import type { StripeSubscription } from "../../../../functions/billing/projection/project-subscriptions.ts";
import { day } from "../../../local/stripe/running-stripe.ts";
import { refreshQueue } from "../repair/refresh-queue.ts";
import { type ProjectionWorld, projectionWorld, user } from "./projection-world.ts";

describe("duplicates", () => {
  const held = (id: string, more: Partial<KnownSubscription> = {}): KnownSubscription => ({
    ...{ id, status: "active", group: "default", priceId: "price_s", currentPeriodEnd: 1 },
    ...{ cancelAtPeriodEnd: false, terminal: false, ...more },
  });
  const readOf = (created: Readonly<Record<string, number>>) =>
    Object.entries(created).map(([id, at]) => ({ id, created: at }) as StripeSubscription);
  const read = readOf({ a: 3, b: 1, c: 2 });

  test.each<[string, readonly KnownSubscription[], number, readonly string[]]>([
    ["one alone", [held("a")], 0, []],
    ["two of one price: the newer one", [held("a"), held("b")], 1, ["a"]],
    ["three: all but the oldest", [held("a"), held("b"), held("c")], 2, ["c", "a"]],
    ["two groups", [held("a"), held("b", { group: "support" })], 0, []],
    ["another price", [held("a", { priceId: "price_g" }), held("b")], 1, []],
    ["a trial beside", [held("a", { status: "trialing" }), held("b")], 1, ["a"]],
    ["one that has failed", [held("a"), held("b", { status: "past_due" })], 1, []],
    ["one that is paused", [held("a", { status: "paused" }), held("b")], 1, []],
    ["one that has ended", [held("a"), held("b", { status: "canceled", terminal: true })], 0, []],
    ["one that is not paid yet", [held("a", { status: "incomplete" }), held("b")], 0, []],
    ["one that Stripe does not list", [held("a"), held("gone")], 1, []],
    ["no plan's price", [held("a", { group: undefined }), held("b", { group: undefined })] as never, 0, []],
  ])("of %s", (_, known, count, boughtTwice) => {
    expect(duplicatesIn(known, read)).toEqual({ count, boughtTwice });
  });
});

test("of two that were made in one second the one with the lesser id is the older", () => {
  const held = (id: string): KnownSubscription => ({
    ...{ id, status: "active", group: "default", priceId: "price_s", currentPeriodEnd: 1 },
    ...{ cancelAtPeriodEnd: false, terminal: false },
  });
  const read = ["b", "a"].map((id) => ({ id, created: 1 }) as StripeSubscription);
  expect(duplicatesIn([held("b"), held("a")], read).boughtTwice).toEqual(["b"]);
});

describe("a payment of the one that was bought later", () => {
  /** Stripe's answer to the look at it, and what was then asked of Stripe. */
  const ending = async (latest_invoice: unknown) => {
    const asked: unknown[] = [];
    const stripe = {
      subscriptions: {
        retrieve: async () => ({ latest_invoice }),
        cancel: async (id: string) => void asked.push(["cancel", id]),
      },
      refunds: { create: async (refund: unknown) => void asked.push(refund) },
    } as unknown as Stripe;
    const outcome = await endDuplicate(stripe, (call) => call({ timeout: 6_000 }))("sub_2");
    return { outcome, asked };
  };
  const invoice = { billing_reason: "subscription_create", amount_paid: 2_000 };
  const paid = (payment_intent: unknown) => ({ status: "paid", payment: { payment_intent } });
  const refund = { payment_intent: "pi_1", reason: "duplicate" };

  test.each<[string, unknown]>([
    ["as an id", "pi_1"],
    ["as an object", { id: "pi_1" }],
  ])("is given back, whether Stripe names it %s", async (_, intent) => {
    expect(await ending({ ...invoice, payments: { data: [paid(intent)] } })).toEqual({
      ...{ outcome: "ended", asked: [refund, ["cancel", "sub_2"]] },
    });
  });

  test.each<[string, unknown]>([
    ["was not made by Stripe", { ...invoice, payments: { data: [] } }],
    ["is not told", invoice],
    ["is of no payment intent", { ...invoice, payments: { data: [paid(null)] } }],
    ["was tried and not made", { ...invoice, payments: { data: [{ status: "open", payment: {} }] } }],
    ["is of a renewal", { ...invoice, billing_reason: "subscription_cycle" }],
    ["is of an invoice that was not read", "in_1"],
    ["is of no invoice", null],
  ])("that %s is left to a person", async (_, latest) => {
    expect(await ending(latest)).toEqual({ outcome: "kept", asked: [] });
  });
});

describe("what was bought twice", () => {
  let world: ProjectionWorld;
  let queue: ReturnType<typeof refreshQueue>;
  beforeEach(async () => {
    world = await projectionWorld();
    queue = refreshQueue(world);
  });
  afterEach(() => world.close());

  const subscribe = async (price = world.shop.monthly.id) => {
    const items = [{ price }];
    const made = await world.running.stripe.subscriptions.create({ customer: world.shop.customer.id, items });
    await world.running.clock.advance(1_000);
    return made.id;
  };
  /** The worker reads the customer, as it does after an event. */
  const work = async (onDuplicate: "keep" | "cancelAndRefund" = "cancelAndRefund") => {
    const access = { ...world.ports.access, onDuplicate };
    const own = refreshQueue({ ports: { ...world.ports, access } });
    await own.requests.send({ v: 1, cause: "reconcile", customerId: world.shop.customer.id }, "1");
    const [line] = await own.work();
    return line;
  };
  const statuses = async () => {
    const { data } = await world.running.stripe.subscriptions.list({ status: "all" });
    return Object.fromEntries(data.map(({ id, status }) => [id, status]));
  };
  const refunds = async () =>
    (await world.running.stripe.refunds.list()).data.map(({ amount, reason }) => [amount, reason]);

  test("is told and counted, and left alone unless the seller says otherwise", async () => {
    const ids = [await subscribe(), await subscribe()];
    expect(await work("keep")).toMatchObject({
      ...{ outcome: "projected", code: "subscription_duplicate", duplicates: 1, SubscriptionsDuplicate: 1 },
    });
    expect(await statuses()).toEqual(Object.fromEntries(ids.map((id) => [id, "active"])));
    expect(queue.waiting()).toEqual([]);
  });

  test("is given back and cancelled, and the first one stays", async () => {
    const [first = "", second = ""] = [await subscribe(), await subscribe()];
    expect(await work()).toMatchObject({ duplicates: 1, duplicatesEnded: 1, DuplicatesEnded: 1 });
    expect(await statuses()).toEqual({ [first]: "active", [second]: "canceled" });
    expect(await refunds()).toEqual([[2_000, "duplicate"]]);
    expect(await work()).not.toHaveProperty("duplicates");
    const row = await world.ports.customers.read(user);
    expect(row?.entitlement).toMatchObject({ kind: "entitled", planId: "silver" });
    expect(await refunds()).toHaveLength(1);
  });

  test("in a trial is cancelled without a refund", async () => {
    const items = [{ price: world.shop.monthly.id }];
    const trial = { customer: world.shop.customer.id, items, trial_period_days: 14 };
    await world.running.stripe.subscriptions.create(trial);
    await world.running.clock.advance(1_000);
    await world.running.stripe.subscriptions.create(trial);
    expect(await work()).toMatchObject({ duplicatesEnded: 1 });
    expect([Object.values(await statuses()).sort(), await refunds()]).toEqual([["canceled", "trialing"], []]);
  });

  test("is left to a person when it was invoiced again, or is disputed", async () => {
    await subscribe();
    const { control, stripe, clock } = world.running;
    const second = await subscribe();
    const [charge] = (await stripe.charges.list()).data;
    await control("PUT", "/settings", { onDispute: "nothing" });
    await control("POST", `/charges/${charge?.id}/dispute`, { reason: "general" });
    expect(await work()).toMatchObject({ duplicates: 1, duplicatesEnded: 0 });
    await clock.advance(32 * day * 1_000);
    expect(await work()).toMatchObject({ duplicates: 1, duplicatesEnded: 0 });
    expect([(await statuses())[second], await refunds()]).toEqual(["active", []]);
  });

  test("is given back once, wherever the function dies", async () => {
    await subscribe();
    const second = await subscribe();
    const dying = endDuplicate(
      {
        ...{ refunds: world.running.stripe.refunds },
        subscriptions: {
          retrieve: (id: string, parameters: Stripe.SubscriptionRetrieveParams) =>
            world.running.stripe.subscriptions.retrieve(id, parameters),
          cancel: () => Promise.reject(new Error("the function died")),
        },
      } as unknown as Stripe,
      (call) => call({ timeout: 6_000 }),
    );
    await expect(dying(second)).rejects.toThrow("the function died");
    expect(await refunds()).toHaveLength(1);
    // Stripe forgets an idempotency key after a day.
    await world.running.clock.advance(2 * day * 1_000);
    expect(await world.ports.endDuplicate(second)).toBe("ended");
    expect([(await statuses())[second], (await refunds()).length]).toEqual(["canceled", 1]);
    expect(await world.ports.endDuplicate("sub_gone")).toBe("kept");
  });

  test("whose refund fails stays, and its message comes back", async () => {
    await subscribe();
    const second = await subscribe();
    await world.running.control("PUT", "/requests", [{ kind: "error", method: "POST", path: "/v1/refunds" }]);
    expect(await work()).toMatchObject({ outcome: "failed", duplicates: 1 });
    expect((await statuses())[second]).toBe("active");
  });
});
