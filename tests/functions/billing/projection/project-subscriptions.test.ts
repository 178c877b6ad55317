import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import {
  entitlementOf,
  type KnownSubscription,
  type Plans,
} from "../../../../functions/billing/access/entitlement.ts";
import { moveOf, statuses } from "../../../../functions/billing/access/subscription-status.ts";
import {
  projectSubscriptions,
  type StripeSubscription,
} from "../../../../functions/billing/projection/project-subscriptions.ts";

const now = 1_800_000_000;
const day = 24 * 60 * 60;
const access = v.parse(accessPolicy, {});
const limits = {
  maxFrameBytes: 16_384,
  framesPerSecond: 20,
  peersPerChannel: 10,
  mailboxDepth: 10,
  messageTtlSeconds: 30,
};
const plans: Plans = {
  silver: { priceId: "price_silver", group: "default", limits },
  gold: { priceId: "price_gold", group: "default", limits: { ...limits, peersPerChannel: 100 } },
};

const read = (more: Partial<StripeSubscription> = {}, price = "price_silver"): StripeSubscription => ({
  ...{ id: "sub_1", status: "active", cancel_at_period_end: false, created: now, metadata: {} },
  items: { data: [{ current_period_end: now + 30 * day, price: { id: price } }] },
  latest_invoice: { status: "paid" },
  ...more,
});
const known: KnownSubscription = {
  ...{ id: "sub_1", status: "active", planId: "silver", group: "default", priceId: "price_silver" },
  ...{
    currentPeriodEnd: now + 30 * day,
    cancelAtPeriodEnd: false,
    paidThrough: now + 30 * day,
    terminal: false,
  },
};
const project = (
  before: readonly KnownSubscription[],
  seen: readonly StripeSubscription[],
  policy = access,
) => projectSubscriptions(before, seen, plans, policy, now);
const gives = (subscriptions: readonly KnownSubscription[], policy = access) =>
  entitlementOf(subscriptions, plans, policy, now);

describe("a subscription status is validated", () => {
  test.each(["canceled", "incomplete_expired"])("what is %s stays so, whatever is said later", (status) => {
    const { planId: _, ...rest } = known;
    const ended: KnownSubscription = { ...rest, status, terminal: true };
    const projected = project([ended], [read({ status: "active" })]);
    expect(projected).toMatchObject({ subscriptions: [ended], transitions: [], oddities: ["terminal_left"] });
    expect(gives(projected.subscriptions)).toEqual({ kind: "none", reason: status });
  });

  test.each(["incomplete", "incomplete_expired"])(
    "a move that Stripe cannot make is told, and ends access: to %s",
    (status) => {
      const projected = project([known], [read({ status })]);
      expect(projected.oddities).toEqual(["transition_illegal"]);
      expect(projected.transitions).toMatchObject([{ from: "active", to: status }]);
      expect(gives(projected.subscriptions)).toEqual({ kind: "none", reason: status });
    },
  );

  test("no move that Stripe cannot make leads to a status that gives something", () => {
    const illegal = statuses.flatMap((from) =>
      statuses.filter((to) => moveOf(from, to) === "illegal").map((to) => [from, to] as const),
    );
    expect(illegal.length).toBeGreaterThan(5);
    for (const [from, to] of illegal) {
      const { subscriptions } = project([{ ...known, status: from }], [read({ status: to })]);
      expect([from, to, gives(subscriptions).kind]).toEqual([from, to, "none"]);
    }
  });

  test("a status that we do not know gives nothing, is told, and is left again", () => {
    const odd = project([known], [read({ status: "hibernating" })]);
    expect(odd.oddities).toEqual(["status_unknown"]);
    expect(gives(odd.subscriptions)).toEqual({ kind: "none", reason: "status_unknown" });
    const back = project(odd.subscriptions, [read()]);
    expect([gives(back.subscriptions).kind, back.oddities]).toEqual(["entitled", []]);
  });

  test("what Stripe no longer lists gives nothing, and is told", () => {
    const gone = project([known], []);
    expect(gone.oddities).toEqual(["subscription_absent"]);
    expect(gone.transitions).toMatchObject([{ from: "active", to: "absent" }]);
    expect(gives(gone.subscriptions)).toEqual({ kind: "none", reason: "status_unknown" });
  });
});

test("two live subscriptions of one group are told, and the greater plan counts", () => {
  const both = project([], [read(), read({ id: "sub_2" }, "price_gold")]);
  expect(both.oddities).toEqual(["subscription_duplicate"]);
  expect(gives(both.subscriptions)).toMatchObject({ kind: "entitled", planId: "gold" });
});

test("of more than a hundred ended ones the oldest are forgotten", () => {
  const seen = Array.from({ length: 103 }, (_, index) =>
    read({
      ...{ id: `sub_${1_000 + index}`, status: "canceled" },
      items: { data: [{ current_period_end: now + index, price: { id: "price_silver" } }] },
    }),
  );
  const { subscriptions, transitions } = project([], seen);
  expect([subscriptions.length, transitions.length]).toEqual([100, 100]);
  expect(subscriptions[0]?.id).toBe("sub_1003");
});

describe("without a paid invoice", () => {
  const open = { latest_invoice: { status: "open" } };
  test("a dearer plan is not had yet, and a smaller one is had at once", () => {
    expect(project([known], [read(open, "price_gold")]).subscriptions).toMatchObject([{ planId: "silver" }]);
    const gold = { ...known, planId: "gold", priceId: "price_gold" };
    expect(project([gold], [read(open)]).subscriptions).toMatchObject([{ planId: "silver" }]);
  });

  test("a new subscription gives nothing, unless the seller grants it", () => {
    const waiting = project([], [read(open)]).subscriptions;
    expect(gives(waiting)).toEqual({ kind: "none", reason: "unpaid_invoice" });
    const granted = project([], [read(open)], { ...access, onUnpaid: "grant" }).subscriptions;
    expect(gives(granted)).toMatchObject({ kind: "entitled", planId: "silver" });
  });

  test("nothing is kept of a plan that is not sold any more, nor for a price that no plan has", () => {
    const old = { ...known, planId: "bronze", priceId: "price_bronze" };
    expect(project([old], [read(open)]).subscriptions[0]).not.toHaveProperty("planId");
    const odd = project([known], [read(open, "price_other")]);
    expect([gives(odd.subscriptions), odd.oddities]).toEqual([
      { kind: "none", reason: "price_unknown" },
      ["price_unknown"],
    ]);
  });
});

describe("the end of access", () => {
  test("is that of the period for what is cancelled at its end, or on a day before it", () => {
    const atEnd = project([], [read({ cancel_at_period_end: true })]).subscriptions;
    expect(gives(atEnd)).toMatchObject({ until: now + 30 * day });
    const sooner = project([], [read({ cancel_at: now + 3 * day })]).subscriptions;
    expect(gives(sooner)).toMatchObject({ until: now + 3 * day });
  });

  test("is the grace and a day later for what is to be renewed, and then past", () => {
    const { subscriptions } = project([], [read()]);
    expect(gives(subscriptions)).toMatchObject({ until: now + 38 * day });
    expect(entitlementOf(subscriptions, plans, access, now + 38 * day)).toEqual({
      ...{ kind: "none", reason: "period_over" },
    });
  });

  test("is the grace after the first failure, which a pause does not begin anew", () => {
    const late = project([known], [read({ status: "past_due", latest_invoice: { status: "open" } })]);
    expect(gives(late.subscriptions)).toMatchObject({ until: now + 7 * day });
    const failed = late.subscriptions.map((one) => ({ ...one, pastDueSince: now - 8 * day }));
    const paused = project(failed, [
      read({ status: "paused", latest_invoice: { status: "open" } }),
    ]).subscriptions;
    const again = project(paused, [
      read({ status: "past_due", latest_invoice: { status: "open" } }),
    ]).subscriptions;
    expect(gives(again)).toEqual({ kind: "none", reason: "grace_over" });
  });

  test("comes with a pause, unless the seller keeps access meanwhile", () => {
    const paused = project([known], [read({ status: "paused" })]).subscriptions;
    expect(gives(paused)).toEqual({ kind: "none", reason: "paused" });
    expect(gives(paused, { ...access, onPause: "keep" })).toMatchObject({
      kind: "entitled",
      planId: "silver",
    });
  });
});

test("a subscription without an item is none that Stripe sends", () => {
  expect(() => project([], [read({ items: { data: [] } })])).toThrow(
    expect.objectContaining({ code: "stripe_malformed" }),
  );
});
