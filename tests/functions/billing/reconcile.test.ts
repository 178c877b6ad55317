import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../../functions/billing/access-policy.ts";
import type { Customer } from "../../../functions/billing/customers.ts";
import { reconcile } from "../../../functions/billing/reconcile.ts";
import type { Progress, SavedProgress } from "../../../functions/billing/reconciler-progress.ts";
import type { RefreshRequest } from "../../../functions/billing/refresh-request.ts";
import type {
  ListedSubscription,
  Span,
  StripePage,
  UndeliveredEvent,
} from "../../../functions/billing/stripe-lists.ts";
import { Failure } from "../../../functions/shared/failure.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";

/** Epoch seconds of a run. */
const now = 1_800_000_000;
const page = <Item>(items: readonly Item[], next?: string, unreadable = 0): StripePage<Item> => ({
  items,
  unreadable,
  ...(next !== undefined && { next }),
});
const listed = (name: string, user?: string): ListedSubscription => ({
  customerId: `cus_${name}`,
  ...(user !== undefined && { user }),
  subscription: {
    id: `sub_${name}`,
    status: "active",
    cancel_at_period_end: false,
    created: now,
    items: { data: [{ current_period_end: now + 1_000, price: { id: "price_s" } }] },
  },
});

interface World {
  readonly progress?: Progress;
  /** By the id that it begins behind. */
  readonly events?: Readonly<Record<string, StripePage<UndeliveredEvent> | Error | undefined>>;
  readonly subscriptions?: Readonly<Record<string, StripePage<ListedSubscription> | Error | undefined>>;
  readonly rows?: Readonly<Record<string, Partial<Customer> | Error>>;
  /** Customers whose message is not taken. */
  readonly unsent?: readonly string[];
  readonly remaining?: () => number;
  /** The save, counted from 1, before which another run saves. */
  readonly overtakenAt?: number;
  /** Calls after which the function dies. Default never. */
  readonly diesAfter?: number;
}

/** A walk that has begun this hour has nothing to do. */
const walked = { eventsUntil: 0, walkBegan: now };

async function reconciled(world: World = {}) {
  const { rows = {}, unsent = [], remaining = () => 60_000 } = world;
  const asked: (readonly [string, Span | undefined, string | undefined])[] = [];
  const sent: (readonly [RefreshRequest, string])[] = [];
  const saves: Progress[] = [];
  const recorded = recordedTelemetry("reconcile");
  let saved: SavedProgress = { version: 4, progress: world.progress ?? { eventsUntil: 0, walkBegan: 0 } };
  let calls = 0;
  const live = () => {
    calls += 1;
    if (calls > (world.diesAfter ?? Number.POSITIVE_INFINITY)) throw new TypeError("the function died");
  };
  const answer = <Item>(page: Item | Error): Item => {
    live();
    if (page instanceof Error) throw page;
    return page;
  };
  await reconcile({
    progress: {
      read: async () => saved,
      save: async (before, progress) => {
        live();
        expect(before).toEqual(saved);
        if (saves.length + 1 === world.overtakenAt) return undefined;
        saves.push(progress);
        saved = { version: saved.version + 1, progress };
        return saved;
      },
    },
    listsFor: async () => ({
      undelivered: async (span, after) => {
        asked.push(["events", span, after]);
        const { events = { "": page<UndeliveredEvent>([]) } } = world;
        return answer(events[after ?? ""]);
      },
      subscriptions: async (after) => {
        asked.push(["subscriptions", undefined, after]);
        const { subscriptions = { "": page<ListedSubscription>([]) } } = world;
        return answer(subscriptions[after ?? ""]);
      },
    }),
    customers: {
      userOf: async (customerId) => (customerId === "cus_indexed" ? "acme#indexed" : undefined),
      read: async (user) => {
        live();
        const row = rows[user];
        if (row instanceof Error) throw row;
        return row && ({ user, subscriptions: [], ...row } as Customer);
      },
    },
    requests: {
      send: async (request, id) => {
        live();
        if (unsent.includes(request.customerId)) {
          throw new Failure("sqs_unavailable", "no queue", { retryable: true });
        }
        sent.push([request, id]);
      },
    },
    plans: {},
    access: v.parse(accessPolicy, {}),
    telemetry: recorded.telemetry,
    now: () => now * 1_000 + 999,
  })({}, { awsRequestId: "c6af9ac6-7b61", getRemainingTimeInMillis: remaining });
  return { asked, sent, saves, line: recorded.lines()[0] };
}

const event = (customerId?: string, created = now - 100): UndeliveredEvent => ({
  created,
  ...(customerId !== undefined && { customerId }),
});

describe("undelivered events", () => {
  test("are read for 30 days at first, to the last minute, and their customers asked for once", async () => {
    const { asked, sent, saves, line } = await reconciled({
      progress: walked,
      events: { "": page([event("cus_a"), event("cus_b"), event("cus_a"), event()]) },
    });
    expect(asked).toEqual([["events", { from: 1_797_408_000, until: 1_799_999_940 }, undefined]]);
    expect(sent).toEqual([
      [{ v: 1, cause: "reconcile", customerId: "cus_a" }, "1800000000"],
      [{ v: 1, cause: "reconcile", customerId: "cus_b" }, "1800000000"],
    ]);
    expect(saves).toEqual([{ eventsUntil: 1_799_999_940, walkBegan: now }]);
    expect(line).toMatchObject({ outcome: "reconciled", undelivered: 4, queued: 2, level: "INFO" });
    expect(line).not.toHaveProperty("dropped");
  });

  test("are read from where the last run stopped, with two minutes again, which are not counted", async () => {
    const { asked, sent, line } = await reconciled({
      progress: { eventsUntil: now - 360, walkBegan: now },
      events: { "": page([event("cus_a", now - 359), event("cus_b", now - 360)]) },
    });
    expect(asked).toEqual([["events", { from: now - 480, until: now - 60 }, undefined]]);
    expect([sent.length, line?.undelivered]).toEqual([2, 1]);
  });

  test("go on page by page, saved behind each, and over several runs", async () => {
    const pages = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        index === 0 ? "" : `evt_${index}`,
        page([event(`cus_${index}`)], index < 11 ? `evt_${index + 1}` : undefined),
      ]),
    );
    const first = await reconciled({ progress: walked, events: pages });
    const span = { from: 1_797_408_000, until: 1_799_999_940 };
    expect(first.saves).toHaveLength(10);
    expect(first.saves.at(-1)).toEqual({ ...walked, span: { ...span, after: "evt_10" } });
    expect(first.line).toMatchObject({ code: "deadline_reached", queued: 10 });
    const second = await reconciled({ progress: first.saves.at(-1) ?? walked, events: pages });
    expect(second.asked.map(([, , after]) => after)).toEqual(["evt_10", "evt_11"]);
    expect(second.asked[0]?.[1]).toEqual(span);
    expect(second.saves.at(-1)).toEqual({ eventsUntil: 1_799_999_940, walkBegan: now });
  });

  test("are read from the beginning of their span when Stripe has forgotten where we were", async () => {
    const span = { from: 5, until: 10, after: "evt_gone" };
    const { saves, line } = await reconciled({
      progress: { ...walked, span },
      events: { evt_gone: undefined },
    });
    expect([saves, line?.code]).toEqual([[walked], "cursor_lost"]);
  });

  test("are not read twice in a minute", async () => {
    const { asked } = await reconciled({ progress: { eventsUntil: now - 60, walkBegan: now } });
    expect(asked).toEqual([]);
  });
});

describe("subscriptions", () => {
  const rows = {
    "acme#same": { stripeCustomerId: "cus_same", subscriptions: [] },
    "acme#indexed": { stripeCustomerId: "cus_indexed", subscriptions: [] },
    "acme#taken": { stripeCustomerId: "cus_other" },
    "acme#new": { stripeCustomerId: undefined },
    "acme#broken": new Failure("row_malformed", "broken"),
  };
  const drifting = {
    "": page([listed("same", "acme#same")], "sub_same"),
    sub_same: page([listed("indexed")]),
  };

  test("are walked to their end, and whoever differs is asked for", async () => {
    const { asked, sent, saves, line } = await reconciled({ subscriptions: drifting, rows });
    expect(asked.slice(1)).toEqual([
      ["subscriptions", undefined, undefined],
      ["subscriptions", undefined, "sub_same"],
    ]);
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_same", "cus_indexed"]);
    expect(saves.slice(1)).toEqual([
      { eventsUntil: now - 60, walkBegan: now, walkAfter: "sub_same" },
      { eventsUntil: now - 60, walkBegan: now },
    ]);
    expect(line).toMatchObject({ compared: 2, drifted: 2, unknown: 0, walkEnded: true });
  });

  test("of a walk that has begun are gone on with, whatever the hour", async () => {
    const { asked, saves } = await reconciled({
      progress: { eventsUntil: now - 60, walkBegan: now - 50, walkAfter: "sub_same" },
      subscriptions: drifting,
      rows,
    });
    expect(asked.map(([, , after]) => after)).toEqual(["sub_same"]);
    expect(saves).toEqual([{ eventsUntil: now - 60, walkBegan: now - 50 }]);
  });

  test("of nobody, or of one who has another customer, are counted; who has no row yet is asked for", async () => {
    const { sent, line } = await reconciled({
      subscriptions: {
        "": page([
          listed("nobody"),
          listed("taken", "acme#taken"),
          listed("new", "acme#new"),
          listed("unheard", "acme#unheard"),
        ]),
      },
      rows,
    });
    expect(line).toMatchObject({ compared: 4, drifted: 2, unknown: 2, queued: 2 });
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_new", "cus_unheard"]);
  });

  test("that nobody can read, or whose row nobody can, stop no other, and are told", async () => {
    const { sent, saves, line } = await reconciled({
      subscriptions: {
        "": page([listed("broken", "acme#broken"), listed("same", "acme#same")], undefined, 1),
      },
      rows,
    });
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_same"]);
    expect(saves.at(-1)).toEqual({ eventsUntil: now - 60, walkBegan: now });
    expect(line).toMatchObject({ outcome: "failed", code: "stripe_malformed", compared: 2, drifted: 1 });
  });

  test("are walked from the beginning when Stripe has forgotten where we were", async () => {
    const { saves, line } = await reconciled({
      progress: { eventsUntil: now - 60, walkBegan: now, walkAfter: "sub_gone" },
      subscriptions: { sub_gone: undefined },
    });
    expect([saves, line?.code]).toEqual([[{ eventsUntil: now - 60, walkBegan: 0 }], "cursor_lost"]);
  });
});

describe("a run that cannot go on", () => {
  const subscriptions = { "": page([listed("a", "acme#a"), listed("b", "acme#b")]) };

  test("saves nothing behind a customer who could not be queued", async () => {
    const { sent, saves, line } = await reconciled({
      progress: { eventsUntil: now - 60, walkBegan: 0 },
      subscriptions,
      unsent: ["cus_a"],
    });
    expect(sent.map(([{ customerId }]) => customerId)).toEqual(["cus_b"]);
    expect(saves).toEqual([]);
    expect(line).toMatchObject({ outcome: "failed", code: "sqs_unavailable", level: "ERROR" });
  });

  test("asks Stripe no more when it is down, but walks when only the events are refused", async () => {
    const down = new Failure("stripe_unavailable", "down", { retryable: true });
    const stopped = await reconciled({ events: { "": down }, subscriptions });
    expect(stopped.asked.map(([what]) => what)).toEqual(["events"]);
    expect(stopped.line).toMatchObject({ outcome: "failed", code: "stripe_unavailable" });
    const refused = await reconciled({ events: { "": new TypeError("forbidden") }, subscriptions });
    expect(refused.asked.map(([what]) => what)).toEqual(["events", "subscriptions"]);
    expect(refused.line).toMatchObject({ outcome: "failed", code: "internal", queued: 2, compared: 2 });
  });

  test("leaves the rest to the run that has overtaken it", async () => {
    const { asked, saves, line } = await reconciled({ subscriptions, overtakenAt: 1 });
    expect([asked.map(([what]) => what), saves]).toEqual([["events"], []]);
    expect(line).toMatchObject({ outcome: "reconciled", code: "other_run" });
    const walking = await reconciled({ subscriptions, overtakenAt: 2 });
    expect([walking.saves.length, walking.line?.code]).toEqual([1, "other_run"]);
    const lost = { eventsUntil: now - 60, walkBegan: now, walkAfter: "sub_gone" };
    const forgotten = await reconciled({ progress: lost, subscriptions: {}, overtakenAt: 1 });
    expect(forgotten.line?.code).toBe("other_run");
    const span = { from: 5, until: 10, after: "evt_gone" };
    const spanLost = await reconciled({ progress: { ...walked, span }, events: {}, overtakenAt: 1 });
    expect(spanLost.line?.code).toBe("other_run");
  });

  test("ends in time", async () => {
    const { asked, line } = await reconciled({ subscriptions, remaining: () => 19_999 });
    expect(asked).toEqual([]);
    expect(line).toMatchObject({ outcome: "reconciled", code: "deadline_reached" });
  });
});

test("skips nobody, wherever it dies and whoever then goes on", async () => {
  const names = ["a", "b", "c"];
  const pages = <Item>(item: (name: string) => Item) =>
    Object.fromEntries(
      names.map((name, index) => [names[index - 1] ?? "", page([item(name)], names[index])]),
    );
  const events = { ...pages((name) => event(`cus_event_${name}`)), c: page([event("cus_event_d")]) };
  const subscriptions = {
    ...pages((name) => listed(name, `acme#${name}`)),
    c: page([listed("d", "acme#d")]),
  };
  for (let diesAfter = 0; diesAfter < 30; diesAfter += 1) {
    const cut = await reconciled({ events, subscriptions, diesAfter });
    const progress = cut.saves.at(-1) ?? { eventsUntil: 0, walkBegan: 0 };
    const rest = await reconciled({ events, subscriptions, progress });
    const sent = new Set([...cut.sent, ...rest.sent].map(([{ customerId }]) => customerId));
    expect([...sent].sort()).toEqual([
      "cus_a",
      "cus_b",
      "cus_c",
      "cus_d",
      "cus_event_a",
      "cus_event_b",
      "cus_event_c",
      "cus_event_d",
    ]);
  }
});

test("asks for a customer once in a run, though events and subscriptions both tell of it", async () => {
  const { sent, line } = await reconciled({
    events: { "": page([event("cus_a")]) },
    subscriptions: { "": page([listed("a", "acme#a")]) },
  });
  expect(sent).toHaveLength(1);
  expect(line).toMatchObject({ undelivered: 1, drifted: 1, queued: 1 });
});
