import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dynamoCustomerIds } from "../../../../functions/billing/purchases/customer-ids.ts";
import { localTables } from "../../local-tables.ts";
import { straight } from "../../straight.ts";

let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());
const ids = (table = "customers") => dynamoCustomerIds(local.client, table, straight);

test("a user has no customer at Stripe until one is taken", async () => {
  expect(await ids().of("acme#zoe")).toBeUndefined();
  expect(await ids().take("acme#zoe", "cus_1", undefined)).toBe("cus_1");
  expect(await ids().of("acme#zoe")).toBe("cus_1");
  expect(await ids().of("acme#other")).toBeUndefined();
});

test("of two that take one at once the first counts for both", async () => {
  const taken = await Promise.all(["cus_1", "cus_2"].map((id) => ids().take("acme#zoe", id, undefined)));
  expect(new Set(taken).size).toBe(1);
  expect(await ids().of("acme#zoe")).toBe(taken[0]);
});

test("one that was deleted at Stripe is replaced, once", async () => {
  await ids().take("acme#zoe", "cus_1", undefined);
  expect(await ids().take("acme#zoe", "cus_2", "cus_1")).toBe("cus_2");
  expect(await ids().take("acme#zoe", "cus_3", "cus_1")).toBe("cus_2");
});

test("a fault passes on", async () => {
  const fault = { name: "ResourceNotFoundException" };
  await expect(ids("no-table").of("acme#zoe")).rejects.toMatchObject(fault);
  await expect(ids("no-table").take("acme#zoe", "cus_1", undefined)).rejects.toMatchObject(fault);
});
