import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type CustomerWorld, customerWorld } from "./customer-world.ts";

let world: CustomerWorld;
beforeEach(async () => {
  world = await customerWorld();
});
afterEach(() => world.close());

const back = { session_id: "cs_test_1" };
const begun = (outcome: string) =>
  world.ports.attempts.write(
    "acme#zoe",
    "group#default",
    { request: "r", attempt: "a", leaseUntil: 0, outcome },
    undefined,
  );

test("who has bought nothing is told so, without a word to Stripe", async () => {
  for (const user of ["zoe", "nobody"]) {
    expect(await world.show({}, user)).toEqual({
      status: 200,
      body: { status: "none", denied: "no_subscription", pending: false, subscriptions: [] },
    });
  }
  expect(world.recorded.lines().map(({ stripeCalls = 0 }) => stripeCalls)).toEqual([0, 0]);
});

test("who has a plan sees it, until when, and no id of Stripe's", async () => {
  await world.buy("team");
  await world.project();
  const { body } = await world.show();
  expect(body).toEqual({
    status: "active",
    plan: "team",
    accessUntil: "2030-02-09T00:00:00.000Z",
    pending: false,
    subscriptions: [
      {
        plan: "team",
        group: "default",
        status: "active",
        currentPeriodEnd: "2030-02-01T00:00:00.000Z",
        cancelAtPeriodEnd: false,
      },
    ],
  });
  expect(JSON.stringify(body)).not.toMatch(/sub_|cus_|price_/);
});

test("what was cancelled, ended, or has run out says why", async () => {
  const { id } = await world.buy("team");
  await world.stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await world.project();
  expect((await world.show()).body).toMatchObject({
    accessUntil: "2030-02-01T00:00:00.000Z",
    subscriptions: [{ cancelAtPeriodEnd: true }],
  });
  Object.assign(world.ports, { now: () => Date.UTC(2030, 1, 1) });
  expect((await world.show()).body).toMatchObject({ status: "active", denied: "period_over" });
  await world.stripe.subscriptions.cancel(id);
  await world.project();
  expect((await world.show()).body).toEqual({
    status: "canceled",
    denied: "canceled",
    pending: false,
    subscriptions: [],
  });
});

test("a failed payment has its grace, and then says that it is over", async () => {
  const { id } = await world.buy("team");
  const read = await world.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] });
  const { customers, projections, plans, access } = world.ports;
  const row = await customers.takeNumber("acme#zoe");
  const known = {
    ...{ id, status: "past_due", planId: "team", group: "default", priceId: plans.team?.priceId ?? "" },
    ...{ currentPeriodEnd: read.created + 60, cancelAtPeriodEnd: false, pastDueSince: read.created },
    terminal: false,
  };
  const until = read.created + access.pastDueGraceDays * 86_400;
  const change = {
    subscriptions: [known],
    entitlement: { kind: "entitled" as const, planId: "team", until },
    ...{ version: 1, metadata: {}, reviewAt: undefined },
  };
  await projections.write(row, row.fence, change, []);
  expect((await world.show()).body).toMatchObject({
    status: "past_due",
    accessUntil: "2030-01-08T00:00:00.000Z",
  });
  Object.assign(world.ports, { now: () => Date.UTC(2030, 0, 9) });
  expect((await world.show()).body).toMatchObject({ status: "past_due", denied: "grace_over" });
});

test("the plan that is given and the one that waits for its payment are told apart", async () => {
  await world.buy("team");
  await world.project();
  Object.assign(world.plans.studio ?? {}, { priceId: world.plans.team?.priceId });
  Object.assign(world.plans.team ?? {}, { priceId: "price_of_another" });
  expect((await world.show()).body.subscriptions).toMatchObject([{ plan: "team", pendingPlan: "studio" }]);
});

test("the one that counts most is first, and one without a plan is shown without", async () => {
  await world.buy("team");
  await world.buy("support");
  await world.project();
  expect((await world.show()).body.subscriptions).toMatchObject([{ plan: "support" }, { plan: "team" }]);
  await world.buy("studio", { payment_behavior: "default_incomplete" });
  const { team: _, ...plans } = world.plans;
  Object.assign(world.ports, { plans });
  await world.project();
  const { body } = await world.show();
  expect(body.subscriptions).toMatchObject([
    { plan: "support" },
    { status: "active" },
    { plan: "studio", status: "incomplete" },
  ]);
});

describe("who comes back from paying before the event", () => {
  test("sees what was bought: the function looks", async () => {
    await world.buy("team");
    expect((await world.show(back)).body).toMatchObject({ status: "active", plan: "team", pending: false });
    expect(world.recorded.lines()).toMatchObject([{ event: "show", outcome: "served", stripeCalls: 1 }]);
  });

  test("sees it without the parameter too, while the purchase is open", async () => {
    await begun("checkout:cs_test_1");
    expect((await world.show()).body).toMatchObject({ status: "pending", pending: true });
    await world.buy("team");
    await world.clock.advance(2_000);
    expect((await world.show()).body).toMatchObject({ status: "active", pending: false });
    // What is seen is not asked for again.
    await world.clock.advance(2_000);
    await world.show();
    expect(world.recorded.lines().map(({ stripeCalls = 0 }) => stripeCalls)).toEqual([1, 1, 0]);
  });

  test("asks Stripe once in two seconds, however often and from however many tabs, and never sees none", async () => {
    await world.buy("team");
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.show(back)));
    expect(world.recorded.lines().filter(({ stripeCalls }) => stripeCalls === 1)).toHaveLength(1);
    expect(answers.map(({ body }) => body.status)).not.toContain("none");
    expect((await world.show(back)).body.status).toBe("active");
  });

  test("is told that it is pending when Stripe does not answer", async () => {
    await world.buy("team");
    await world.control("PUT", "/requests", [{ kind: "error", path: "/v1/subscriptions", times: 64 }]);
    expect(await world.show(back)).toMatchObject({
      status: 200,
      body: { status: "pending", denied: "no_subscription", pending: true },
    });
    expect(world.recorded.lines()).toMatchObject([{ outcome: "served", code: "stripe_unavailable" }]);
  });

  test("a purchase that came to an end is not open, nor is one that is only prepared", async () => {
    const { id } = await world.buy("team");
    await world.stripe.subscriptions.cancel(id);
    await world.project();
    await begun(`in_app:${id}`);
    expect((await world.show()).body).toMatchObject({ status: "canceled", pending: false });
  });

  test("nor is one on Stripe's page whose subscription has ended since; an older one that ended hides none", async () => {
    const ended = async (attempt: string) => {
      const { id } = await world.buy("team", { metadata: { synapse_attempt: attempt } });
      await world.stripe.subscriptions.cancel(id);
      await world.project();
    };
    await ended("an older one");
    await begun("checkout:cs_test_1");
    expect((await world.show()).body).toMatchObject({ pending: true });
    await ended("a");
    expect((await world.show()).body).toMatchObject({ status: "canceled", pending: false });
  });

  test("a session of somebody else's shows nothing and asks nothing", async () => {
    await world.buy("team");
    expect((await world.show(back, "yan")).body).toMatchObject({ status: "none", pending: false });
    for (const session_id of ["sub_1", "cs_", `cs_${"x".repeat(300)}`]) await world.show({ session_id });
    expect(world.recorded.lines().map(({ stripeCalls = 0 }) => stripeCalls)).toEqual([0, 0, 0, 0]);
  });
});
