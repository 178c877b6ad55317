import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { refreshCustomer } from "../../../../functions/billing/projection/project-customer.ts";
import { day } from "../../../local/stripe/running-stripe.ts";
import { type ProjectionWorld, projectionWorld, user } from "./projection-world.ts";

let world: ProjectionWorld;
beforeEach(async () => {
  world = await projectionWorld();
});
afterEach(() => world.close());

const refresh = (ports = world.ports) =>
  refreshCustomer(ports, { user, stripeCustomerId: world.shop.customer.id, cause: { eventId: "evt_1" } });
const row = () => world.ports.customers.read(user);
const subscribe = (price = world.shop.monthly.id) =>
  world.running.stripe.subscriptions.create({ customer: world.shop.customer.id, items: [{ price }] });
const advance = (days: number) => world.running.clock.advance(days * day * 1000);

describe("a customer's row", () => {
  test("says what was paid for, and what was noted when", async () => {
    const { id } = await subscribe();
    expect(await refresh()).toMatchObject({
      kind: "projected",
      fence: 1,
      changed: true,
      transitions: 1,
      oddities: [],
    });
    expect(await row()).toMatchObject({
      user: "acme#ada",
      applied: 1,
      version: 1,
      entitlement: { kind: "entitled", planId: "silver" },
      metadata: { synapse_user: "acme#ada" },
      subscriptions: [{ id, status: "active", planId: "silver", terminal: false }],
    });
    expect(await world.audits()).toEqual([
      {
        user: "acme#ada",
        at: "2030-01-01T00:00:00.000Z#1#0",
        cause: "evt_1",
        subscriptionId: id,
        statusAfter: "active",
        planAfter: "silver",
        accessBefore: "no_subscription",
        accessAfter: "plan silver",
        expiresAt: 1_928_016_000,
        v: 1,
      },
    ]);
  });

  test("stays as it is when nothing has changed, and nothing is noted again", async () => {
    await subscribe();
    await refresh();
    expect(await refresh()).toMatchObject({ fence: 2, changed: false, transitions: 0 });
    expect(await row()).toMatchObject({ applied: 2, version: 1 });
    expect(await world.audits()).toHaveLength(1);
  });

  test("follows a renewal that fails through its grace to the end", async () => {
    await subscribe();
    await refresh();
    await world.running.control("PUT", "/payments", [{ outcome: "card_declined", times: 20 }]);
    await advance(31.1);
    await refresh();
    const failing = await row();
    expect(failing).toMatchObject({ entitlement: { kind: "entitled", planId: "silver" }, version: 1 });
    expect(failing?.subscriptions).toMatchObject([{ status: "past_due" }]);
    await advance(6);
    await refresh();
    expect((await row())?.entitlement).toEqual(failing?.entitlement);
    await advance(1.1);
    await refresh();
    expect(await row()).toMatchObject({ entitlement: { kind: "none" }, version: 2 });
  });

  test("has the sockets closed of who has no access, by each read, and of nobody else", async () => {
    const { id } = await subscribe();
    await refresh();
    expect(world.told).toEqual([]);
    await world.running.stripe.subscriptions.cancel(id);
    await refresh();
    const told = [{ user: "acme#ada", version: 2, cause: "evt_1" }, "version 2"];
    expect(world.told).toEqual([told]);
    await refresh();
    expect(world.told).toEqual([told, told]);
  });

  test("is written before that is told, and told by the next read if the function dies between", async () => {
    const { id } = await subscribe();
    await refresh();
    await world.running.stripe.subscriptions.cancel(id);
    const dying = {
      ...world.ports,
      revocations: {
        send: async () => {
          expect((await row())?.entitlement).toEqual({ kind: "none", reason: "canceled" });
          throw new Error("the function died");
        },
      },
    };
    await expect(refresh(dying)).rejects.toThrow("the function died");
    expect(await refresh()).toMatchObject({ changed: false });
    expect(world.told).toMatchObject([[{ user: "acme#ada", version: 2 }, "version 2"]]);
  });

  test("has the sockets closed too when its write had no answer and is found done", async () => {
    const { id } = await subscribe();
    await refresh();
    await world.running.stripe.subscriptions.cancel(id);
    const { projections } = world.ports;
    const deaf: typeof projections = {
      write: async (...written) => {
        expect(await projections.write(...written)).toBe("written");
        return "changed";
      },
    };
    expect(await refresh({ ...world.ports, projections: deaf })).toMatchObject({
      kind: "projected",
      fence: 2,
      changed: true,
    });
    expect(world.told).toEqual([[{ user: "acme#ada", version: 2, cause: "evt_1" }, "version 2"]]);
  });

  test("raises no plan before its invoice is paid", async () => {
    const { id, items } = await subscribe();
    await refresh();
    await world.running.control("PUT", "/payments", [{ outcome: "card_declined" }]);
    await world.running.stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? "", price: world.shop.dearer.id }],
      proration_behavior: "always_invoice",
      payment_behavior: "allow_incomplete",
    });
    await refresh();
    expect((await row())?.entitlement).toMatchObject({ kind: "entitled", planId: "silver" });
    const [invoice] = (await world.running.stripe.invoices.list({ subscription: id })).data;
    await world.running.stripe.invoices.pay(invoice?.id ?? "");
    await refresh();
    expect((await row())?.entitlement).toMatchObject({ kind: "entitled", planId: "gold" });
  });

  test("keeps what a second subscription gives when the first one ends", async () => {
    const first = await subscribe();
    const second = await subscribe();
    expect(await refresh()).toMatchObject({ oddities: ["subscription_duplicate"] });
    await world.running.stripe.subscriptions.cancel(first.id);
    await refresh();
    expect(await row()).toMatchObject({ entitlement: { kind: "entitled", planId: "silver" }, version: 1 });
    await world.running.stripe.subscriptions.cancel(second.id);
    await refresh();
    expect(await row()).toMatchObject({ entitlement: { kind: "none", reason: "canceled" }, version: 2 });
  });

  test("gives nothing for a price that no plan has", async () => {
    await subscribe(world.shop.yearly.id);
    expect(await refresh()).toMatchObject({ oddities: ["price_unknown"] });
    expect((await row())?.entitlement).toEqual({ kind: "none", reason: "price_unknown" });
  });

  test("carries metadata, but never another's user", async () => {
    const { id } = await subscribe();
    await world.running.stripe.subscriptions.update(id, {
      metadata: { seats: "3", synapse_user: "acme#eve" },
    });
    expect(await refresh()).toMatchObject({ oddities: ["metadata_refused"] });
    expect((await row())?.metadata).toEqual({ seats: "3", synapse_user: "acme#ada" });
  });

  test("is not put back by a read that is slow", async () => {
    const { id } = await subscribe();
    const { stripe } = world.ports;
    const read = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = refresh({
      ...world.ports,
      stripe: {
        ...stripe,
        subscriptionsOf: async (customer) => {
          const subscriptions = await stripe.subscriptionsOf(customer);
          read.resolve();
          await goOn.promise;
          return subscriptions;
        },
      },
    });
    await read.promise;
    await world.running.stripe.subscriptions.cancel(id);
    await refresh();
    goOn.resolve();
    expect(await slow).toEqual({ kind: "superseded", fence: 1 });
    expect((await row())?.entitlement).toEqual({ kind: "none", reason: "canceled" });
  });

  test("misses no version when reads end at once", async () => {
    await subscribe();
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => refresh()));
    expect(all.filter((each) => each.kind === "projected" && each.changed)).toHaveLength(1);
    expect(await row()).toMatchObject({ version: 1, applied: 5 });
    expect(await world.audits()).toHaveLength(1);
  });
});

test("a user without a customer of Stripe's is left alone", async () => {
  const { ports } = world;
  expect(await refreshCustomer(ports, { user, cause: "checkout_return" })).toEqual({ kind: "no_customer" });
});

test("a user's row is not given to another customer of Stripe's", async () => {
  await refresh();
  const other = { user, stripeCustomerId: "cus_other", cause: "reconcile" } as const;
  expect(await refreshCustomer(world.ports, other)).toEqual({ kind: "customer_other" });
});
