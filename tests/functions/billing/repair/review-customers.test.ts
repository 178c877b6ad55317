import { describe, expect, test } from "@jest/globals";
import type { DueReview } from "../../../../functions/billing/repair/due-reviews.ts";
import type { RefreshRequest } from "../../../../functions/billing/repair/refresh-request.ts";
import { mostReviews, reviewCustomers } from "../../../../functions/billing/repair/review-customers.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

/** Epoch milliseconds of a run. */
const now = 1_800_000_000_999;

const due = (name: string, reviewAt = 1_799_999_990): DueReview => ({
  user: `acme#${name}`,
  stripeCustomerId: `cus_${name}`,
  reviewAt,
});

interface World {
  /** Shard → its pages; a page may be an error. */
  readonly shards?: Readonly<Record<number, readonly (readonly DueReview[] | Error)[]>>;
  /** Customers of Stripe's whose call fails. */
  readonly unsent?: readonly string[];
  readonly unpostponed?: readonly string[];
  readonly remaining?: () => number;
  readonly now?: number;
}

/** One run, and what it did. */
async function reviewed(world: World = {}) {
  const { shards = {}, unsent = [], unpostponed = [], remaining = () => 50_000 } = world;
  const asked: [number, number][] = [];
  const sent: [RefreshRequest, string][] = [];
  const postponed: [string, number][] = [];
  const recorded = recordedTelemetry("review-customers");
  const run = reviewCustomers({
    reviews: {
      due: async function* (shard, at) {
        asked.push([shard, at]);
        for (const page of shards[shard] ?? []) {
          if (page instanceof Error) throw page;
          yield page;
        }
      },
      postpone: async ({ stripeCustomerId }, until) => {
        if (unpostponed.includes(stripeCustomerId)) throw new TypeError("no row");
        postponed.push([stripeCustomerId, until]);
      },
    },
    requests: {
      send: async (request, id) => {
        if (unsent.includes(request.customerId)) throw new TypeError("no queue");
        sent.push([request, id]);
      },
    },
    telemetry: recorded.telemetry,
    now: () => world.now ?? now,
  });
  const context = { awsRequestId: "c6af9ac6-7b61", getRemainingTimeInMillis: remaining };
  const fault = await run({}, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { asked, sent, postponed, fault, lines: recorded.lines() };
}

describe("a review", () => {
  test("asks all four shards for what is due now, another one first each minute", async () => {
    const { asked, lines } = await reviewed();
    expect(asked).toEqual([0, 1, 2, 3].map((shard) => [shard, 1_800_000_000]));
    expect(lines).toMatchObject([
      {
        ...{ event: "review", outcome: "reviewed", requestId: "c6af9ac6-7b61" },
        ...{ queued: 0, unqueued: 0, postponed: 0, Heartbeat: 1 },
      },
    ]);
    expect(lines[0]).not.toHaveProperty("dropped");
    const next = await reviewed({ now: now + 60_000 });
    expect(next.asked.map(([shard]) => shard)).toEqual([1, 2, 3, 0]);
  });

  test("queues a refresh of every customer that is due, and has none of them due again for 15 minutes", async () => {
    const { sent, postponed, lines } = await reviewed({
      shards: { 2: [[due("ada"), due("bob")], [due("eve")]], 3: [[due("kim")]] },
    });
    expect(sent[0]).toEqual([{ v: 1, cause: "review", customerId: "cus_ada" }, "1799999990#1800000000"]);
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_ada", "cus_bob", "cus_eve", "cus_kim"]);
    expect(postponed.map(([customer]) => customer)).toEqual(["cus_ada", "cus_bob", "cus_eve", "cus_kim"]);
    expect(new Set(postponed.map(([, until]) => until))).toEqual(new Set([1_800_000_900]));
    expect(lines).toMatchObject([{ queued: 4, unqueued: 0 }]);
  });

  test("leaves a customer due whose refresh could not be queued, goes on, and says so", async () => {
    const { sent, postponed, fault, lines } = await reviewed({
      shards: { 0: [[due("ada"), due("bob"), due("eve")]] },
      unsent: ["cus_ada"],
      unpostponed: ["cus_bob"],
    });
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_bob", "cus_eve"]);
    expect(postponed).toEqual([["cus_eve", 1_800_000_900]]);
    expect(fault).toBeUndefined();
    expect(lines).toMatchObject([{ outcome: "failed", errorName: "TypeError", queued: 1, unqueued: 2 }]);
  });

  test("reads the other shards when one cannot be read, and then fails", async () => {
    const broken = new TypeError("unreadable");
    const { sent, fault, lines } = await reviewed({ shards: { 1: [broken], 3: [[due("ada")]] } });
    expect(sent).toHaveLength(1);
    expect(fault).toBe(broken);
    expect(lines).toMatchObject([{ outcome: "failed", queued: 1 }]);
  });

  test("ends in time, and leaves the rest due", async () => {
    let asked = 0;
    const { postponed, lines } = await reviewed({
      shards: { 0: [[due("ada"), due("bob")], [due("eve")]], 1: [[due("kim")]] },
      // Asked before the shard, and before each customer.
      remaining: () => (asked++ < 2 ? 50_000 : 8_999),
    });
    expect(postponed).toEqual([["cus_ada", 1_800_000_900]]);
    expect(lines).toMatchObject([{ code: "deadline_reached", queued: 1, postponed: 1 }]);
  });

  test("queues no more than 2,000 in one run, by whole pages", async () => {
    const page = (start: number) => Array.from({ length: 100 }, (_, index) => due(`u${start + index}`));
    const pages = Array.from({ length: 30 }, (_, index) => page(index * 100));
    const { sent, asked, lines } = await reviewed({ shards: { 0: pages } });
    expect([sent.length, mostReviews]).toEqual([2_000, 2_000]);
    expect(asked).toHaveLength(1);
    expect(lines).toMatchObject([{ queued: 2_000, code: "deadline_reached" }]);
  });
});
