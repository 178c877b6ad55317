import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import type { KnownSubscription } from "../../../../functions/billing/access/entitlement.ts";
import {
  projectSubscriptions,
  type StripeSubscription,
} from "../../../../functions/billing/projection/project-subscriptions.ts";
import { differsFromRow } from "../../../../functions/billing/repair/differs-from-row.ts";

const now = 1_800_000_000;
const limits = {
  ...{ maxFrameBytes: 1, framesPerSecond: 1, peersPerChannel: 1, mailboxDepth: 1, messageTtlSeconds: 30 },
};
const plans = {
  silver: { priceId: "price_s", group: "default", limits },
  gold: { priceId: "price_g", group: "default", limits: { ...limits, peersPerChannel: 2 } },
};
const access = v.parse(accessPolicy, {});

const active = (
  more: Partial<StripeSubscription> = {},
  price = "price_s",
  end = now + 100,
): StripeSubscription => ({
  ...{ id: "sub_1", status: "active", cancel_at_period_end: false, created: now - 100 },
  items: { data: [{ current_period_end: end, price: { id: price } }] },
  latest_invoice: { status: "paid" },
  ...more,
});
const knownOf = (subscription: StripeSubscription, at = now) =>
  projectSubscriptions([], [subscription], plans, access, at).subscriptions;
const differs = (known: readonly KnownSubscription[], subscription: StripeSubscription, sold = plans) =>
  differsFromRow(known, subscription, sold, access, now + 50);

test.each<[string, StripeSubscription]>([
  ["another status", active({ status: "unpaid" })],
  ["another plan", active({}, "price_g")],
  ["a price that no plan has", active({}, "price_x")],
  ["another period", active({}, "price_s", now + 200)],
  ["an end", active({ cancel_at_period_end: true })],
  ["another end", active({ cancel_at: now + 99 })],
])("%s differs", (_, subscription) => {
  expect(differs(knownOf(active()), subscription)).toBe(true);
});

test("what a refresh would leave as it is does not differ", () => {
  expect(differs(knownOf(active()), active())).toBe(false);
  expect(differs(knownOf(active()), active({ metadata: { seats: "3" } }))).toBe(false);
  const failing = active({ status: "past_due" });
  expect(differs(knownOf(failing), failing)).toBe(false);
  // An ended one stays ended, so there is nothing to mend.
  expect(differs(knownOf(active({ status: "canceled" })), active())).toBe(false);
});

test("a plan that has got another price or group differs", () => {
  const renamed = { ...plans, silver: { ...plans.silver, group: "other" } };
  expect(differs(knownOf(active()), active(), renamed)).toBe(true);
});

test("one that is not in the row differs, unless it has ended and the row may have forgotten it", () => {
  expect(differs([], active())).toBe(true);
  const ended = active({ status: "canceled" });
  expect(differs([], ended)).toBe(true);
  const others = Array.from({ length: 100 }, (_, index) =>
    knownOf({ ...ended, id: `sub_other_${index}` }),
  ).flat();
  expect(differs(others.slice(1), ended)).toBe(true);
  expect(differs(others, ended)).toBe(false);
  expect(differs(others, active())).toBe(true);
});
