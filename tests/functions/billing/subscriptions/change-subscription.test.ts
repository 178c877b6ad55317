import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { useCard } from "../../../local/stripe/running-stripe.ts";
import { type CustomerWorld, customerWorld } from "./customer-world.ts";

let world: CustomerWorld;
beforeEach(async () => {
  world = await customerWorld();
});
afterEach(() => world.close());

const key = (name: string) => `customer-change-${name}`;
const statusAndCode = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe("a subscription is left and taken up again", () => {
  test("it ends with its period, and the answer says when", async () => {
    await world.buy("team");
    expect(await world.post("cancel", {}, key("1"))).toEqual({
      status: 200,
      body: {
        plan: "team",
        group: "default",
        status: "active",
        currentPeriodEnd: "2030-02-01T00:00:00.000Z",
        cancelAtPeriodEnd: true,
      },
    });
    expect(await world.subscriptions()).toMatchObject([{ status: "active", cancel_at_period_end: true }]);
    expect(world.recorded.lines()).toMatchObject([{ event: "change", change: "cancel", outcome: "changed" }]);
  });

  test("cancel, resume, cancel: each has its effect, and an old key has none", async () => {
    await world.buy("team");
    await world.post("cancel", {}, key("1"));
    expect(await world.post("resume", {}, key("2"))).toMatchObject({ body: { cancelAtPeriodEnd: false } });
    expect(await world.post("cancel", {}, key("1"))).toMatchObject({
      status: 200,
      body: { cancelAtPeriodEnd: false },
    });
    expect(await world.post("cancel", {}, key("3"))).toMatchObject({ body: { cancelAtPeriodEnd: true } });
    expect(world.recorded.lines().map(({ outcome }) => outcome)).toEqual([
      "changed",
      "changed",
      "replayed",
      "changed",
    ]);
  });

  test("a paused one goes on in the period that is paid", async () => {
    const { id } = await world.buy("team");
    await world.stripe.subscriptions.pause(id, { type: "subscription" });
    expect(await world.post("resume", {}, key("1"))).toMatchObject({
      status: 200,
      body: { status: "active" },
    });
  });

  test("a failure that Stripe keeps for its key does not keep the customer from leaving", async () => {
    const { id } = await world.buy("team");
    const path = `/v1/subscriptions/${id}`;
    await world.control("PUT", "/requests", [{ kind: "error", method: "POST", path, times: 1 }]);
    expect(await world.post("cancel", {}, key("1"))).toMatchObject({
      ...{ status: 200, body: { cancelAtPeriodEnd: true } },
    });
  });

  test("while Stripe fails the change is neither made nor refused", async () => {
    const { id } = await world.buy("team");
    const path = `/v1/subscriptions/${id}`;
    await world.control("PUT", "/requests", [{ kind: "error", method: "POST", path, times: 99 }]);
    expect(statusAndCode(await world.post("cancel", {}, key("1")))).toEqual([503, "payment_unavailable"]);
    expect(await world.subscriptions()).toMatchObject([{ cancel_at_period_end: false }]);
  });

  test("one that runs is resumed without a word to Stripe", async () => {
    await world.buy("team");
    expect(await world.post("resume", {}, key("1"))).toMatchObject({
      status: 200,
      body: { status: "active" },
    });
    expect(world.recorded.lines()).toMatchObject([{ outcome: "changed", stripeCalls: 1 }]);
  });

  test("who has two names the group", async () => {
    await world.buy("team");
    await world.buy("support");
    expect(statusAndCode(await world.post("cancel", {}, key("1")))).toEqual([400, "group_required"]);
    expect(await world.post("cancel", { group: "support" }, key("2"))).toMatchObject({
      body: { plan: "support", cancelAtPeriodEnd: true },
    });
  });
});

describe("another plan", () => {
  test("that is dearer is invoiced and paid at once", async () => {
    await world.buy("team");
    expect(await world.post("change", { plan: "studio" }, key("1"))).toMatchObject({
      status: 200,
      body: { plan: "studio", status: "active" },
    });
    const { data } = await world.stripe.invoices.list({ customer: world.customer.id });
    expect(data.map(({ status, amount_paid }) => [status, amount_paid])).toEqual([
      ["paid", 3_000],
      ["paid", 2_000],
    ]);
  });

  test("that is dearer and not paid is not given: the old one stays, and the answer says how to pay", async () => {
    await world.buy("team");
    await world.project();
    await useCard(world.stripe, world.customer.id, "pm_card_chargeCustomerFail");
    expect(await world.post("change", { plan: "studio" }, key("1"))).toMatchObject({
      status: 200,
      body: {
        plan: "team",
        status: "active",
        pendingPlan: "studio",
        payment: { clientSecret: expect.stringContaining("_secret_") },
      },
    });
    await world.project();
    expect((await world.show()).body).toMatchObject({ plan: "team", status: "active" });
    expect(await world.post("change", { plan: "studio" }, key("2"))).toMatchObject({
      status: 200,
      body: { pendingPlan: "studio" },
    });
    expect(statusAndCode(await world.post("change", { plan: "team" }, key("3")))).toEqual([
      409,
      "change_pending",
    ]);
    const [open] = (await world.stripe.invoices.list({ customer: world.customer.id })).data;
    await useCard(world.stripe, world.customer.id, "pm_card_visa");
    await world.stripe.invoices.pay(open?.id ?? "");
    await world.project();
    expect((await world.show()).body).toMatchObject({ plan: "studio" });
  });

  test("that is smaller counts at once, and is credited", async () => {
    await world.buy("studio");
    expect(await world.post("change", { plan: "team" }, key("1"))).toMatchObject({ body: { plan: "team" } });
    await world.project();
    expect((await world.show()).body).toMatchObject({ plan: "team", status: "active" });
    expect((await world.stripe.invoices.list({ customer: world.customer.id })).data).toHaveLength(1);
  });

  test("is taken in a trial without an invoice", async () => {
    await world.buy("team", { trial_period_days: 14 });
    expect(await world.post("change", { plan: "studio" }, key("1"))).toMatchObject({
      body: { plan: "studio", status: "trialing" },
    });
  });

  test("of another group is none of this subscription's", async () => {
    await world.buy("team");
    expect(statusAndCode(await world.post("change", { plan: "support" }, key("1")))).toEqual([
      404,
      "subscription_missing",
    ]);
  });

  test("waits until a subscription that owes has paid", async () => {
    const { id } = await world.buy("team");
    await world.stripe.subscriptions.pause(id, { type: "subscription" });
    expect(statusAndCode(await world.post("change", { plan: "studio" }, key("1")))).toEqual([
      409,
      "subscription_not_changeable",
    ]);
  });
});

describe("what cannot be changed is refused with a code", () => {
  test("nothing bought, a payment that is still open, and one that has ended", async () => {
    expect(statusAndCode(await world.post("cancel", {}, key("1"), "yan"))).toEqual([
      404,
      "subscription_missing",
    ]);
    expect(statusAndCode(await world.post("cancel", {}, key("1")))).toEqual([404, "subscription_missing"]);
    const { id } = await world.buy("team", { payment_behavior: "default_incomplete" });
    expect(statusAndCode(await world.post("cancel", {}, key("2")))).toEqual([404, "subscription_missing"]);
    await world.stripe.subscriptions.cancel(id);
    const again = await world.buy("team");
    // The row says active; Stripe says that it has ended.
    await world.project();
    await world.stripe.subscriptions.cancel(again.id);
    for (const action of ["cancel", "resume"]) {
      expect(statusAndCode(await world.post(action, {}, key(`ended-${action}`)))).toEqual([
        409,
        "subscription_ended",
      ]);
    }
  });

  test("one that ends between the look and the request", async () => {
    const { id } = await world.buy("team");
    const real = await world.ports.stripe();
    const update = real.subscriptions.update.bind(real.subscriptions);
    Object.assign(real.subscriptions, {
      update: async (...given: Parameters<typeof update>) => {
        await world.stripe.subscriptions.cancel(id);
        return update(...given);
      },
    });
    Object.assign(world.ports, { stripe: async () => real });
    expect(statusAndCode(await world.post("cancel", {}, key("1")))).toEqual([409, "subscription_ended"]);
  });

  test.each<[string, unknown, string | undefined, number, string]>([
    ["cancel", {}, undefined, 400, "idempotency_key_missing"],
    ["cancel", {}, "short", 400, "idempotency_key_malformed"],
    ["cancel", "{", key("1"), 400, "body_not_json"],
    ["cancel", { subscription: "sub_of_another" }, key("1"), 400, "body_invalid"],
    ["resume", { group: 1 }, key("1"), 400, "body_invalid"],
    ["change", { plan: "gold" }, key("1"), 400, "plan_unknown"],
    ["change", { plan: "__proto__" }, key("1"), 400, "plan_unknown"],
    ["change", {}, key("1"), 400, "body_invalid"],
    ["change", { plan: "x".repeat(4_096) }, key("1"), 413, "body_too_large"],
  ])("%s with %j and the key %j", async (action, body, sent, status, code) => {
    await world.buy("team");
    expect(statusAndCode(await world.post(action, body, sent))).toEqual([status, code]);
    expect(await world.subscriptions()).toMatchObject([{ cancel_at_period_end: false }]);
    expect(world.recorded.lines()).toMatchObject([{ outcome: "refused", code }]);
  });

  test("a key that was sent with something else, and a route that is none", async () => {
    await world.buy("team");
    await world.post("cancel", {}, key("1"));
    expect(statusAndCode(await world.post("resume", {}, key("1")))).toEqual([409, "idempotency_key_reused"]);
    expect(statusAndCode(await world.post("destroy", {}, key("2")))).toEqual([500, "internal"]);
  });

  test("another user's subscription is out of reach, whatever is sent", async () => {
    await world.buy("team");
    const yan = await world.stripe.customers.create({});
    await world.ports.customers.takeNumber("acme#yan", yan.id);
    for (const [action, body] of [
      ["cancel", { group: "default" }],
      ["resume", { group: "default" }],
      ["change", { plan: "studio" }],
    ] as const) {
      expect(statusAndCode(await world.post(action, body, key(action), "yan"))).toEqual([
        404,
        "subscription_missing",
      ]);
    }
    expect(await world.subscriptions()).toMatchObject([{ cancel_at_period_end: false }]);
  });
});
