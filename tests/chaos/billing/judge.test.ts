import { describe, expect, test } from "@jest/globals";
import { judge } from "../../../chaos/billing/judge/judge.ts";
import { promises } from "../../../chaos/billing/judge/violation.ts";
import type {
  CallRecord,
  Ledger,
  Moment,
  SettledRecord,
  StripeSubscription,
} from "../../../chaos/billing/ledger.ts";

const hour = 60 * 60 * 1_000;
const day = 24 * hour;

/** A ledger in the making: `order` is a place, `at` hours. */
class Written {
  readonly calls: CallRecord[] = [];
  readonly statuses: Ledger["statuses"][number][] = [];
  readonly settled: SettledRecord[] = [];
  #order = 0;

  moment(at: number): Moment {
    this.#order += 1;
    return { order: this.#order, earliest: at * hour, latest: at * hour };
  }

  call(call: Partial<CallRecord>, at = 0): void {
    const [began, ended] = [this.moment(at), this.moment(at)];
    this.calls.push({ customer: "ada", action: "buy", began, ended, status: 201, ...call });
  }

  status(status: string, at: number, subscription = "sub_1"): void {
    this.statuses.push({ customer: "ada", subscription, at: at * hour, status });
  }

  settle(record: Partial<SettledRecord>, at = 0): void {
    const nothing = { plan: undefined, pending: false, subscriptions: [] };
    const standard = { payers: 1, stripe: [], own: nothing, proof: 402 };
    this.settled.push({ customer: "ada", at: this.moment(at), ...standard, ...record });
  }

  broken(healed = this.moment(10_000)): string[] {
    const { calls, statuses, settled } = this;
    const ledger = { customers: ["ada"], calls, statuses, settled, healed };
    return [...new Set(judge(ledger).map(({ promise }) => promise))];
  }
}

const team: StripeSubscription = {
  ...{ id: "sub_1", customer: "cus_1", status: "active", plan: "team" },
  ...{ cancelAtPeriodEnd: false, periodEnd: 30 * day, newestInvoice: "paid" },
};
const shown = { status: "active", plan: "team", cancelAtPeriodEnd: false, periodEnd: 30 * day };
const own = { plan: "team", pending: false, subscriptions: [shown] };
const key = { key: "key-1", body: '{"plan":"team"}' };
const bought = { ...key, made: "in_app sub_1" };

/** What breaks each promise, in a way or more. */
const breaks: Readonly<Record<string, readonly ((written: Written) => void)[]>> = {
  "one customer": [(written) => written.settle({ payers: 2, stripe: [team], own, proof: 201 })],
  "one subscription": [
    (written) => {
      written.status("active", 0);
      written.status("trialing", 1, "sub_2");
      written.status("canceled", 1);
    },
  ],
  "same answer": [
    (written) => {
      written.call(bought);
      written.call({ ...bought, made: "in_app sub_2" });
    },
    (written) => {
      written.call({ ...key, made: "checkout until 1", page: "https://a" });
      written.call({ ...key, made: "checkout until 1", page: "https://b" });
    },
    (written) => {
      written.call(bought);
      written.call({ ...key, status: 409, code: "subscription_exists", retryable: false });
    },
    (written) => {
      written.call(bought);
      written.call({ ...bought, body: '{"plan":"studio"}', made: "in_app sub_2" });
    },
  ],
  "answered at last": [
    (written) => written.call({ ...key, status: 503, code: "payment_unavailable", retryable: true }),
  ],
  "known failures": [
    (written) => written.call({ action: "show", status: 500, code: "internal", retryable: false }),
    (written) => written.call({ action: "show", status: 503, code: "other", retryable: true }),
    (written) => written.call({ action: "show", status: 0 }),
  ],
  "access given": [
    (written) => written.settle({ stripe: [team], own, proof: 402 }),
    (written) => written.settle({ stripe: [team], own: { ...own, plan: undefined }, proof: 201 }),
  ],
  "access ended": [
    (written) => {
      written.status("active", 0);
      written.status("canceled", 1);
      written.call({ action: "proof" }, 4.1);
    },
    (written) => {
      written.status("active", 0);
      written.status("past_due", 1);
      written.call({ action: "proof" }, 1 + 7 * 24 + 6.1);
    },
    (written) => written.call({ action: "proof" }),
    (written) => written.settle({ proof: 201 }),
    (written) => written.settle({ own: { ...own, subscriptions: [] } }),
  ],
  "rows converged": [
    (written) => written.settle({ own: undefined }),
    (written) => written.settle({ stripe: [team], own: { ...own, subscriptions: [] }, proof: 201 }),
    (written) => written.settle({ stripe: [{ ...team, cancelAtPeriodEnd: true }], own, proof: 201 }),
    (written) => written.settle({ stripe: [{ ...team, plan: "studio" }], own, proof: 201 }),
    (written) => written.settle({ stripe: [{ ...team, periodEnd: 1 }], own, proof: 201 }),
  ],
};

test("every promise is broken here", () => {
  expect(Object.keys(breaks)).toEqual(Object.keys(promises));
});

const planted = Object.entries(breaks).flatMap(([promise, ways]) =>
  ways.map((plant, index) => [promise, index + 1, plant] as const),
);
test.each(planted)("%s, in way %i, is found broken, and nothing else", (promise, _, plant) => {
  const written = new Written();
  plant(written);
  expect(written.broken()).toEqual([promise]);
});

test("a failure that is documented is a violation from when nothing fails any more", () => {
  const written = new Written();
  const failed = { action: "show", status: 503, code: "storage_unavailable", retryable: true } as const;
  written.call(failed);
  const healed = written.moment(1);
  expect(written.broken(healed)).toEqual([]);
  written.call(failed);
  expect(written.broken(healed)).toEqual(["known failures"]);
});

describe("is no violation:", () => {
  const allowed: Readonly<Record<string, (written: Written) => void>> = {
    "one subscription after the other": (written) => {
      for (const [status, subscription] of [
        ["active", "sub_1"],
        ["canceled", "sub_1"],
        ["incomplete", "sub_2"],
        ["incomplete", "sub_3"],
        ["active", "sub_3"],
      ] as const)
        written.status(status, 0, subscription);
    },
    "a page that has nothing to pay any more": (written) => {
      written.call({ ...key, made: "checkout until 1", page: "https://a" });
      written.call({ ...key, made: "checkout until 1" });
    },
    "a refusal before anything was made, and a key that is refused for another body": (written) => {
      written.call({ ...key, status: 409, code: "subscription_in_progress", retryable: true });
      written.call(bought);
      written.call({ ...key, body: "{}", status: 409, code: "idempotency_key_reused", retryable: false });
    },
    "access within the bound": (written) => {
      written.status("active", 0);
      written.status("canceled", 1);
      written.call({ action: "proof" }, 3.9);
    },
    "access in the grace, and none": (written) => {
      written.status("active", 0);
      written.status("past_due", 1);
      const late = [{ ...team, status: "past_due" }];
      const shownLate = [{ ...shown, status: "past_due" }];
      written.settle({ stripe: late, own: { ...own, subscriptions: shownLate }, proof: 201 }, 7 * 24);
      written.settle({ stripe: late, own: { ...own, plan: undefined, subscriptions: shownLate } }, 9 * 24);
    },
    "a new period's invoice that is a draft": (written) =>
      written.settle({ stripe: [{ ...team, newestInvoice: "draft" }], own: { ...own, plan: undefined } }),
  };
  test.each(Object.entries(allowed))("%s", (_, write) => {
    const written = new Written();
    write(written);
    expect(written.broken()).toEqual([]);
  });
});
