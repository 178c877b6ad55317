import { expect, test } from "@jest/globals";
import { billingTable } from "../../../chaos/billing/billing-table.ts";
import { type BillingReport, phaseOf, storyOf } from "../../../chaos/billing/report.ts";

const moment = { order: 1, earliest: 0, latest: 0 };
const ledger = {
  customers: ["ada"],
  calls: [
    { customer: "ada", action: "show" as const, began: moment, ended: moment, status: 500, code: "internal" },
  ],
  statuses: [{ customer: "ada", subscription: "sub_1", at: 1_000, status: "active" }],
  settled: [],
  healed: moment,
};
const phase = phaseOf({ ledger, fired: { sqs: 3, "webhook lose": 1 }, kills: 2 });
const report: BillingReport = {
  ...{ chaos: "billing", seed: 7, subscriptions: 2, seconds: 1.5, phases: { definite: phase } },
  violations: [
    {
      promise: "known failures",
      customer: "ada",
      says: "show got 500 internal.",
      wave: "definite-1",
      story: storyOf(ledger, "ada"),
    },
  ],
};

test("shows what was injected, asked and answered, and a violation with its story", () => {
  const table = billingTable(report);
  expect(table).toMatch(/^billing: seed 7, 2 s\.$/m);
  expect(table).toMatch(/^customers +1 +1$/m);
  expect(table).toMatch(/^injected +4 +4$/m);
  expect(table).toMatch(/^ {2}500 internal +1 +1$/m);
  expect(table).toMatch(/^ +1 {2}known failures: there is no 5xx/m);
  expect(table).toMatch(/^known failures, in definite-1: show got 500 internal\.$/m);
  expect(table).toMatch(/^ {2}1970-01-01T00:00:01\.000Z {2}Stripe: sub_1 is active$/m);
});

test("says so when no promise was broken", () => {
  expect(billingTable({ ...report, violations: [] })).toMatch(/\nNo promise was broken\.$/);
});
