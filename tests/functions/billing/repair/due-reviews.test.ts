import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { dynamoDueReviews } from "../../../../functions/billing/repair/due-reviews.ts";
import { shardOf } from "../../../../functions/shared/shard.ts";
import { localTables } from "../../local-tables.ts";
import { allPages } from "../../signaling/all-pages.ts";
import { straight } from "../../straight.ts";
import { localProjections } from "../projection/local-projections.ts";

const now = 1_800_000_000;
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const reviews = () => dynamoDueReviews(local.client, "customers", straight);
const due = (shard: number, at: number) => allPages(reviews().due(shard, at));

/** A row of which the access ends then. */
async function project(user: string, stripeCustomerId: string, reviewAt: number | undefined) {
  const customers = dynamoCustomers(local.client, "customers", straight);
  const row = await customers.takeNumber(user, stripeCustomerId);
  const change = {
    subscriptions: [],
    entitlement: { kind: "none", reason: "no_subscription" },
    version: 1,
    metadata: {},
    reviewAt,
  } as const;
  await localProjections(local.client).write(row, row.fence, { ...change, subscriptions: [] }, []);
}

test("a row is due in its shard from the second on in which its access ends, with Stripe's customer", async () => {
  const shard = shardOf("acme#ada");
  await project("acme#ada", "cus_ada", now + 60);
  expect(await due(shard, now + 59)).toEqual([]);
  expect(await due(shard, now + 60)).toEqual([
    { user: "acme#ada", stripeCustomerId: "cus_ada", reviewAt: now + 60 },
  ]);
  expect(await due((shard + 1) % 4, now + 60)).toEqual([]);
});

test("a row without an end of its access is not due", async () => {
  await project("acme#ada", "cus_ada", now);
  await project("acme#ada", "cus_ada", undefined);
  expect(await due(shardOf("acme#ada"), now + 1_000_000)).toEqual([]);
});

test("a row that was postponed is due later, and one that was projected meanwhile is left alone", async () => {
  const shard = shardOf("acme#ada");
  await project("acme#ada", "cus_ada", now);
  const [review] = await due(shard, now);
  if (!review) throw new Error("nothing is due");
  await reviews().postpone(review, now + 900);
  expect(await due(shard, now + 899)).toEqual([]);
  expect(await due(shard, now + 900)).toMatchObject([{ reviewAt: now + 900 }]);
  await project("acme#ada", "cus_ada", now + 5_000);
  await reviews().postpone(review, now + 900);
  expect(await due(shard, now + 4_999)).toEqual([]);
  expect(await due(shard, now + 5_000)).toMatchObject([{ reviewAt: now + 5_000 }]);
});

test("they are read over all pages, the longest due first", async () => {
  const users = Array.from({ length: 2_000 }, (_, index) => `acme#u${index}`);
  const inOne = users.filter((user) => shardOf(user) === 3).slice(0, 120);
  for (const [index, user] of inOne.entries()) await project(user, `cus_${index}`, now - index);
  const pages: number[] = [];
  const read: number[] = [];
  for await (const page of reviews().due(3, now)) {
    pages.push(page.length);
    read.push(...page.map(({ reviewAt }) => reviewAt));
  }
  expect(pages).toEqual([100, 20]);
  expect(read).toEqual(Array.from({ length: 120 }, (_, index) => now - 119 + index));
});

test("a fault of the table is not taken for a row that was projected meanwhile", async () => {
  const missing = dynamoDueReviews(local.client, "no-such-table", straight);
  const review = { user: "acme#ada", stripeCustomerId: "cus_ada", reviewAt: now };
  await expect(missing.postpone(review, now + 900)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
