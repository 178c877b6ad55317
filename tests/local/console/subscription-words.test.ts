import { expect, test } from "@jest/globals";
import { denials } from "../../../functions/billing/access/entitlement.ts";
import { changeWords } from "../../../local/console/page/audit-list.ts";
import { denialWords, explainDenial } from "../../../local/console/page/denial-words.ts";
import { stateWords, timeWords } from "../../../local/console/page/subscription-words.ts";

const period = { currentPeriodEnd: "2027-01-06T03:57:12.000Z", cancelAtPeriodEnd: false };

test("every reason for which the service gives no access has words", () => {
  expect(Object.keys(denialWords)).toEqual([...denials]);
  expect(explainDenial("canceled")).toBe("canceled: it was cancelled");
});

test.each(["a_reason_of_tomorrow", "__proto__", "constructor", ""])(
  "an unknown reason, %j, stands alone",
  (reason) => {
    expect(explainDenial(reason)).toBe(reason);
  },
);

test("says what a plan that is paid gives, and until when", () => {
  const words = stateWords({
    status: "active",
    plan: "team",
    accessUntil: "2027-01-14T03:57:12.000Z",
    pending: false,
    subscriptions: [{ status: "active", plan: "team", ...period }],
  });
  expect(words).toEqual({
    status: "active",
    plan: "team",
    access: "until 2027-01-14 03:57 UTC",
    purchase: "none open",
    renewal: "renews 2027-01-06 03:57 UTC",
  });
});

test("says that a subscription ends, and that a dearer plan waits for its payment", () => {
  const subscription = { status: "active", plan: "team", pendingPlan: "studio", ...period };
  const words = stateWords({
    status: "active",
    plan: "team",
    accessUntil: "2027-01-06T03:57:12.000Z",
    pending: false,
    subscriptions: [{ ...subscription, cancelAtPeriodEnd: true }],
  });
  expect(words).toMatchObject({
    plan: "team; studio when it is paid",
    renewal: "ends 2027-01-06 03:57 UTC",
  });
});

test("says why there is no access, and that a purchase is open", () => {
  const none = { status: "pending", denied: "no_subscription", pending: true, subscriptions: [] };
  expect(stateWords(none)).toEqual({
    status: "pending",
    plan: "none",
    access: "none (no_subscription: there is no subscription)",
    purchase: "open: not seen paid yet",
    renewal: "–",
  });
});

test.each([
  ["2026-11-29T03:44:59.999Z", "2026-11-29 03:44 UTC"],
  [0, "1970-01-01 00:00 UTC"],
  ["soon", "soon"],
  ["", ""],
])("writes the time %j as %j", (time, words) => {
  expect(timeWords(time)).toBe(words);
});

test.each([
  [undefined, "active", "none → active"],
  ["active", "past_due", "active → past_due"],
  ["team", "team", "team"],
  ["team", undefined, "team → none"],
  [undefined, undefined, "none"],
])("writes a change from %j to %j as %j", (before, after, words) => {
  expect(changeWords(before, after)).toBe(words);
});
