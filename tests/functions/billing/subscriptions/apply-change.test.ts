import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type CustomerWorld, customerWorld } from "./customer-world.ts";

let world: CustomerWorld;
beforeEach(async () => {
  world = await customerWorld();
});
afterEach(() => world.close());

const statusAndCode = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const key = (name: string) => `customer-change-${name}`;

/** Zoë has a subscription at a price that no plan has. */
async function buyUnsold(): Promise<void> {
  const product = (await world.stripe.products.create({ name: "Old" })).id;
  const recurring = { interval: "month" } as const;
  const price = await world.stripe.prices.create({
    ...{ product, currency: "usd", unit_amount: 500, recurring },
  });
  await world.stripe.subscriptions.create({ customer: world.customer.id, items: [{ price: price.id }] });
}

describe("an end that the Dashboard has set", () => {
  test("one that shall end months later, by the Dashboard, ends with the paid period all the same", async () => {
    const { id } = await world.buy("team");
    const later = Date.parse("2030-09-01T00:00:00.000Z") / 1_000;
    await world.stripe.subscriptions.update(id, { cancel_at: later });
    const end = "2030-02-01T00:00:00.000Z";
    const body = { cancelAtPeriodEnd: true, currentPeriodEnd: end };
    expect(await world.post("cancel", {}, key("1"))).toMatchObject({ status: 200, body });
    expect(await world.subscriptions()).toMatchObject([
      { cancel_at: Date.parse(end) / 1_000, cancel_at_period_end: true },
    ]);
  });

  test("an end on a day that somebody set is taken back", async () => {
    const { id } = await world.buy("team");
    const soon = Date.parse("2030-01-20T00:00:00.000Z") / 1_000;
    await world.stripe.subscriptions.update(id, { cancel_at: soon });
    expect(await world.post("cancel", {}, key("1"))).toMatchObject({ body: { cancelAtPeriodEnd: true } });
    // It ends even earlier than asked for: nothing is to be done.
    expect(await world.subscriptions()).toMatchObject([{ cancel_at: soon, cancel_at_period_end: false }]);
    const body = { cancelAtPeriodEnd: false, currentPeriodEnd: "2030-02-01T00:00:00.000Z" };
    expect(await world.post("resume", {}, key("2"))).toMatchObject({ status: 200, body });
    expect(await world.subscriptions()).toMatchObject([{ cancel_at: null, cancel_at_period_end: false }]);
  });
});

describe("a price", () => {
  test("that a plan had earlier is kept with the plan, and changed from", async () => {
    const before = await world.buy("team");
    await world.project();
    const old = world.plans.team?.priceId ?? "";
    Object.assign(world.plans.team ?? {}, { priceId: "price_of_today" });
    await world.project();
    expect((await world.show()).body).toMatchObject({ denied: "price_unknown" });
    Object.assign(world.plans.team ?? {}, { earlierPriceIds: ["price_of_last_year", old] });
    await world.project();
    expect((await world.show()).body).toMatchObject({ plan: "team", subscriptions: [{ group: "default" }] });
    expect(await world.post("change", { plan: "team" }, key("1"))).toMatchObject({ body: { plan: "team" } });
    expect((await world.stripe.subscriptions.retrieve(before.id)).items.data[0]?.price.id).toBe(old);
    expect(await world.post("change", { plan: "studio" }, key("2"))).toMatchObject({
      body: { plan: "studio" },
    });
  });

  test("that no plan has gives way to a plan of the list, since it keeps all from being bought", async () => {
    await buyUnsold();
    await world.project();
    expect((await world.show()).body).toMatchObject({ status: "active", denied: "price_unknown" });
    expect(await world.post("change", { plan: "team" }, key("1"))).toMatchObject({
      status: 200,
      body: { plan: "team", status: "active" },
    });
    await world.project();
    expect((await world.show()).body).toMatchObject({ plan: "team" });
    expect(await world.subscriptions()).toHaveLength(1);
  });

  test("that a plan has is changed rather than one that none has", async () => {
    await buyUnsold();
    const { id } = await world.buy("team");
    expect(await world.post("change", { plan: "studio" }, key("1"))).toMatchObject({ status: 200 });
    const changed = await world.stripe.subscriptions.retrieve(id);
    expect(changed.items.data[0]?.price.id).toBe(world.plans.studio?.priceId);
  });

  test("that no plan has any more is left", async () => {
    await world.buy("team");
    Object.assign(world.plans.team ?? {}, { priceId: "price_of_today" });
    const left = await world.post("cancel", {}, key("1"));
    expect(left).toMatchObject({ status: 200, body: { status: "active", cancelAtPeriodEnd: true } });
    expect(left.body).not.toHaveProperty("plan");
  });
});

describe("in a trial", () => {
  test("a dearer plan that nobody may try as long is not had", async () => {
    Object.assign(world.plans, { team: { ...world.plans.team, trialDays: 14 } });
    await world.buy("team", { trial_period_days: 14 });
    const refused = [409, "subscription_not_changeable"];
    expect(statusAndCode(await world.post("change", { plan: "studio" }, key("1")))).toEqual(refused);
    Object.assign(world.plans, { studio: { ...world.plans.studio, trialDays: 13 } });
    expect(statusAndCode(await world.post("change", { plan: "studio" }, key("2")))).toEqual(refused);
    Object.assign(world.plans, { studio: { ...world.plans.studio, trialDays: 14 } });
    expect(await world.post("change", { plan: "studio" }, key("3"))).toMatchObject({
      body: { plan: "studio", status: "trialing" },
    });
    // Back to a smaller one, tried or not.
    Object.assign(world.plans, { team: { ...world.plans.team, trialDays: undefined } });
    expect(await world.post("change", { plan: "team" }, key("4"))).toMatchObject({
      body: { plan: "team", status: "trialing" },
    });
  });
});

test("behind a hundred newer ones that came to nothing, the one that runs is found", async () => {
  const { id } = await world.buy("team");
  for (let made = 0; made < 100; made += 1) {
    const { id: open } = await world.buy("support", { payment_behavior: "default_incomplete" });
    await world.stripe.subscriptions.cancel(open);
  }
  expect(await world.post("cancel", { group: "default" }, key("1"))).toMatchObject({
    status: 200,
    body: { plan: "team", cancelAtPeriodEnd: true },
  });
  expect((await world.stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(true);
}, 60_000);
