import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { accessOf, dynamoCurrentAccess } from "../../../../functions/billing/access/current-access.ts";
import type { Entitlement } from "../../../../functions/billing/access/entitlement.ts";
import { PutItemCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import { localTables } from "../../local-tables.ts";
import { limits } from "../../signaling/identities.ts";
import { straight } from "../../straight.ts";

const plans = { team: { name: "Team", priceId: "price_team", group: "default", limits } };
const now = 1_800_000_000;

test.each<[string, Entitlement | undefined, object]>([
  ["has the plan", { kind: "entitled", planId: "team", until: now + 1 }, { kind: "entitled", limits }],
  [
    "has nothing from the second on in which it ends",
    { kind: "entitled", planId: "team", until: now },
    { kind: "ended", reason: "period_over" },
  ],
  [
    "has nothing of a plan that is not sold any more",
    { kind: "entitled", planId: "gone", until: now + 1 },
    { kind: "ended", reason: "price_unknown" },
  ],
  [
    "has nothing, for the reason in the row",
    { kind: "none", reason: "unpaid" },
    { kind: "ended", reason: "unpaid" },
  ],
  [
    "has nothing, for no reason that we do not know",
    { kind: "none", reason: "<script>" },
    { kind: "ended", reason: "no_subscription" },
  ],
  ["is not known", undefined, { kind: "ended", reason: "no_subscription" }],
])("a user %s", (_, entitlement, access) => {
  expect(accessOf(entitlement, plans, now)).toEqual(access);
});

let local: Awaited<ReturnType<typeof localTables>>;
beforeAll(async () => {
  local = await localTables();
});
afterAll(() => local.close());

const put = (user: string, more: object) =>
  local.client.send(new PutItemCommand({ TableName: "customers", Item: { user: { S: user }, ...more } }));
const read = (user: string) => dynamoCurrentAccess(local.client, "customers", straight, plans)(user, now);

test("is read from the customer's row, of which nothing else matters", async () => {
  const entitlement = { S: `{"kind":"entitled","planId":"team","until":${now + 60}}` };
  await put("acme#ada", { entitlement, subscriptions: { S: "not JSON" } });
  expect(await read("acme#ada")).toEqual({ kind: "entitled", limits });
});

test("of a row that was never projected, or is not there, there is none", async () => {
  await put("acme#bob", { fence: { N: "1" } });
  expect(await read("acme#bob")).toEqual({ kind: "ended", reason: "no_subscription" });
  expect(await read("acme#eve")).toEqual({ kind: "ended", reason: "no_subscription" });
});

test("a malformed row is a fault, and gives nothing", async () => {
  await put("acme#kim", { entitlement: { S: '{"kind":"entitled"}' } });
  await expect(read("acme#kim")).rejects.toMatchObject({ code: "row_malformed" });
});
