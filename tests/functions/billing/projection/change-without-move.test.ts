import { expect, test } from "@jest/globals";
import type { KnownSubscription } from "../../../../functions/billing/access/entitlement.ts";
import { changeWithoutMove } from "../../../../functions/billing/projection/change-without-move.ts";

const held = (id: string, more: Partial<KnownSubscription> = {}): KnownSubscription => ({
  ...{ id, status: "past_due", group: "default", priceId: "price_s", planId: "silver" },
  ...{ currentPeriodEnd: 1, cancelAtPeriodEnd: false, terminal: false },
  ...more,
});
const silver = { kind: "entitled", planId: "silver", until: 2 } as const;
const none = { kind: "none", reason: "grace_over" } as const;
const noteOf = (subscriptionId: string, status = "past_due", plan: string | undefined = "silver") => [
  { subscriptionId, from: status, to: status, planBefore: plan, planAfter: plan },
];

test("a grace that is over is noted of the subscription that gave the plan", () => {
  const others = [held("sub_1", { planId: "gold" }), held("sub_2", { terminal: true }), held("sub_3")];
  expect(changeWithoutMove(others, silver, none)).toEqual(noteOf("sub_3"));
});

test("access that is given is noted of the one that gives it now", () => {
  expect(changeWithoutMove([held("sub_1", { planId: "gold" }), held("sub_2")], none, silver)).toEqual(
    noteOf("sub_2"),
  );
});

test("where none has the plan any more it is noted of the first", () => {
  const [first, second] = [held("sub_1", { planId: "gold" }), held("sub_2", { planId: "gold" })];
  expect(changeWithoutMove([first, second], silver, none)).toEqual(noteOf("sub_1", "past_due", "gold"));
});

test("nothing is noted where there is no subscription", () => {
  expect(changeWithoutMove([], silver, none)).toEqual([]);
});
