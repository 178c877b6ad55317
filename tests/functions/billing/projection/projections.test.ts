import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AuditEntry } from "../../../../functions/billing/projection/audits.ts";
import { type Customer, dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { dynamoProjections } from "../../../../functions/billing/projection/projections.ts";
import { resilient } from "../../../../functions/shared/resilience.ts";
import { aroundSends } from "../../around-sends.ts";
import { localTables } from "../../local-tables.ts";
import { straight } from "../../straight.ts";
import { auditsOf } from "./audits-of.ts";
import { localProjections } from "./local-projections.ts";

let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const customers = () => dynamoCustomers(local.client, "customers", straight);
const change = {
  subscriptions: [],
  entitlement: { kind: "none" as const, reason: "canceled" as const },
  ...{ version: 4, metadata: {}, reviewAt: undefined },
};
const entries = (count: number): AuditEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    at: `2030-01-01T00:00:00.000Z#1#${index}`,
    ...{ cause: "evt_1", subscriptionId: `sub_${index}`, statusBefore: "active", statusAfter: "canceled" },
    ...{ planBefore: "silver", planAfter: undefined, accessBefore: "plan silver", accessAfter: "canceled" },
  }));
const write = (row: Customer, count: number) =>
  localProjections(local.client).write(row, row.fence, change, entries(count));

test("the row and what tells why are written together", async () => {
  const row = await customers().takeNumber("acme#ada", "cus_1");
  expect(await write(row, 2)).toBe("written");
  expect(await customers().read("acme#ada")).toMatchObject({ version: 4, applied: 1 });
  expect(await auditsOf(local.client, "acme#ada")).toMatchObject([
    { at: "2030-01-01T00:00:00.000Z#1#0", subscriptionId: "sub_0" },
    { at: "2030-01-01T00:00:00.000Z#1#1", subscriptionId: "sub_1" },
  ]);
});

test("neither is written when another read was written meanwhile", async () => {
  const row = await customers().takeNumber("acme#ada", "cus_1");
  const later = await customers().takeNumber("acme#ada");
  expect(await write(later, 0)).toBe("written");
  expect(await write(row, 2)).toBe("changed");
  expect(await customers().read("acme#ada")).toMatchObject({ applied: 2 });
  expect(await auditsOf(local.client, "acme#ada")).toEqual([]);
});

test("more than one transaction holds are written all the same", async () => {
  const row = await customers().takeNumber("acme#ada", "cus_1");
  expect(await write(row, 230)).toBe("written");
  expect(await auditsOf(local.client, "acme#ada")).toHaveLength(230);
});

test("a transaction whose answer was lost is found done by the try that follows", async () => {
  const row = await customers().takeNumber("acme#ada", "cus_1");
  let answers = 0;
  aroundSends(local.client, async (_, send) => {
    const answer = await send();
    answers += 1;
    if (answers === 1) throw Object.assign(new Error("the answer was lost"), { name: "TimeoutError" });
    return answer;
  });
  const projections = dynamoProjections(local.client, "customers", "audits", resilient("dynamodb"));
  expect(await projections.write(row, row.fence, change, entries(1))).toBe("written");
  expect(answers).toBe(2);
});
