import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../functions/billing/access/access-policy.ts";
import { denials, entitlementOf } from "../../functions/billing/access/entitlement.ts";
import { statuses, steps } from "../../functions/billing/access/subscription-status.ts";
import { stripeApiVersion } from "../../functions/billing/stripe/stripe-client.ts";
import { largestWebhook } from "../../functions/billing/webhook/webhook.ts";
import { eventTypes } from "../../functions/billing/webhook/webhook-events.ts";
import { longestAge, longestLead } from "../../functions/billing/webhook/webhook-signature.ts";
import { transitions } from "../../local/stripe/billing/subscription-states.ts";
import { columns, tableUnder, textOf } from "./document.ts";

const document = "docs/billing.md";
const text = textOf(document).replaceAll(/\s+/g, " ");
const now = 1_800_000_000;
const access = v.parse(accessPolicy, {});

test("the events are those of the code, with what they cause", () => {
  expect(tableUnder(document, "Events")).toEqual(Object.entries(eventTypes));
});

test("what each status gives is what the code gives", () => {
  const limits = {
    maxFrameBytes: 1,
    framesPerSecond: 1,
    peersPerChannel: 1,
    mailboxDepth: 1,
    messageTtlSeconds: 5,
  };
  const plans = { team: { priceId: "price_1", group: "default", limits } };
  const given = [...statuses, "any other"].map((status) => {
    const subscription = {
      ...{ id: "sub_1", status, planId: "team", group: "default", priceId: "price_1" },
      ...{ currentPeriodEnd: now + 1, cancelAtPeriodEnd: false, terminal: false },
    };
    const gives = entitlementOf([subscription], plans, access, now);
    return [status, ...(gives.kind === "entitled" ? ["the plan", ""] : ["none", gives.reason])];
  });
  expect(columns(tableUnder(document, "Statuses"), 0, 1, 2)).toEqual(given);
});

test("the steps from each status are those of the code", () => {
  const documented = columns(tableUnder(document, "Statuses"), 0, 3).slice(0, -1);
  expect(documented).toEqual(Object.entries(steps).map(([status, next]) => [status, next.join(", ")]));
});

test("every transition that the fake of Stripe can make is a step of ours", () => {
  const ours = Object.entries(steps).flatMap(([from, next]) => next.map((to) => `${from} ${to}`));
  const fakes = transitions.filter(({ from }) => from !== "new").map(({ from, to }) => `${from} ${to}`);
  expect(fakes.filter((each) => !ours.includes(each))).toEqual([]);
  // What only we know of: a trial's end may be set on a running subscription.
  expect(ours.filter((each) => !fakes.includes(each))).toEqual(["active trialing"]);
});

test("what a team decides has the keys, the values and the defaults of the code", () => {
  const rows = columns(tableUnder(document, "What you decide"), 0, 2);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(access).map(([key, value]) => [key, String(value)])),
  );
  for (const [key = "", values = ""] of columns(tableUnder(document, "What you decide"), 0, 1)) {
    const each = values === "0 to 60" ? [0, 60] : values.split(", ");
    for (const value of each) expect(v.is(accessPolicy, { [key]: value })).toBe(true);
    for (const other of [-1, 61, "end", "keep", "wait", "grant"].filter(
      (value) => !each.includes(value as never),
    )) {
      expect(v.is(accessPolicy, { [key]: other })).toBe(false);
    }
  }
});

test("the reasons for which access ends are those of the code, in its order", () => {
  expect(columns(tableUnder(document, "When access ends"), 0).flat()).toEqual([...denials]);
});

test("the limits of the webhook are those of the code", () => {
  expect(text).toContain(`at most ${largestWebhook.toLocaleString("en")} bytes`);
  expect(text).toContain(`at most ${longestAge} seconds old and ${longestLead} seconds ahead`);
  expect(text).toContain(stripeApiVersion);
});
