import { expect, test } from "@jest/globals";
import type { AccessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import { entitlementOf, type KnownSubscription } from "../../../../functions/billing/access/entitlement.ts";

const now = 1_800_000_000;
const day = 86_400;
const limits = {
  ...{ maxFrameBytes: 16_384, framesPerSecond: 20, peersPerChannel: 10, mailboxDepth: 10 },
  messageTtlSeconds: 30,
};
const plans = {
  silver: { priceId: "price_s", group: "default", limits },
  gold: { priceId: "price_g", group: "default", limits },
};
const access: AccessPolicy = {
  ...{ pastDueGraceDays: 7, onPause: "end", onUnpaid: "wait" },
  ...{ onRefund: "keep", onDispute: "keep", onFraudWarning: "keep", onDuplicate: "keep" },
};
const held = (more: Partial<KnownSubscription> = {}): KnownSubscription => ({
  ...{ id: "sub_1", status: "active", group: "default", priceId: "price_s", planId: "silver" },
  ...{ currentPeriodEnd: now + 10 * day, cancelAtPeriodEnd: false, terminal: false },
  ...more,
});
const given = (...subscriptions: KnownSubscription[]) => entitlementOf(subscriptions, plans, access, now);

test("an active subscription gives its plan through its period, the grace and a day", () => {
  expect(given(held())).toEqual({ kind: "entitled", planId: "silver", until: now + 18 * day });
});

test("one that is to end gives it through its period only", () => {
  expect(given(held({ cancelAtPeriodEnd: true }))).toEqual({
    ...{ kind: "entitled", planId: "silver", until: now + 10 * day },
  });
});

test("of two plans the one that stands later counts, whichever ends first", () => {
  const gold = held({ id: "sub_2", planId: "gold", currentPeriodEnd: now + day });
  for (const order of [
    [held(), gold],
    [gold, held()],
  ]) {
    expect(given(...order)).toEqual({ kind: "entitled", planId: "gold", until: now + 9 * day });
  }
});

test("of two of one plan the one that lasts longer counts", () => {
  const longer = held({ id: "sub_2", currentPeriodEnd: now + 20 * day });
  for (const order of [
    [held(), longer],
    [longer, held()],
  ]) {
    expect(given(...order)).toEqual({ kind: "entitled", planId: "silver", until: now + 28 * day });
  }
});

test.each<[string, Partial<KnownSubscription>, string]>([
  ["a plan that is not sold any more", { planId: "bronze" }, "price_unknown"],
  ["a price that no plan has", { planId: undefined, group: undefined } as never, "price_unknown"],
  ["one that was never paid", { planId: undefined } as never, "unpaid_invoice"],
  ["a period that is long over", { currentPeriodEnd: now - 8 * day }, "period_over"],
  ["a grace that is over", { status: "past_due", pastDueSince: now - 7 * day }, "grace_over"],
  ["a pause", { status: "paused" }, "paused"],
  ["a status of tomorrow", { status: "resting" }, "status_unknown"],
  ["one that ended, whatever it says", { terminal: true }, "canceled"],
])("nothing is given by %s", (_, more, reason) => {
  expect(given(held(more))).toEqual({ kind: "none", reason });
});

test("nobody without a subscription has a plan", () => {
  expect(given()).toEqual({ kind: "none", reason: "no_subscription" });
});
