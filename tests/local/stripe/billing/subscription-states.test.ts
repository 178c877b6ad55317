import { expect, test } from "@jest/globals";
import {
  nextStatus,
  terminalStatuses,
  transitions,
} from "../../../../local/stripe/billing/subscription-states.ts";

test("every way names the page of Stripe's that it was written from", () => {
  for (const { page } of transitions) expect(page).toMatch(/^https:\/\/docs\.stripe\.com\/(api|billing)\//);
});

test("nothing leaves a status that is final", () => {
  expect([...terminalStatuses].sort()).toEqual(["canceled", "incomplete_expired"]);
  expect(transitions.filter(({ from }) => from === "canceled" || from === "incomplete_expired")).toEqual([]);
});

test("what happens in a status leads to one status", () => {
  const causes = transitions.map(({ from, on }) => `${from} ${on}`);
  expect(new Set(causes).size).toBe(causes.length);
});

test("every status can be reached, and every status that is not final can be left", () => {
  const all = [
    "active",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
  ];
  expect([...new Set(transitions.map(({ to }) => to))].sort()).toEqual(all);
  expect([...new Set(transitions.map(({ from }) => from))].sort()).toEqual([
    "active",
    "incomplete",
    "new",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
  ]);
});

test("a way that is not in the table is a fault", () => {
  expect(() => nextStatus("canceled", "first_invoice_paid")).toThrow("no transition from canceled");
});
