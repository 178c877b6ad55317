import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Progress } from "../../../../functions/billing/repair/reconciler-progress.ts";
import type { ListedMatter } from "../../../../functions/billing/repair/stripe-lists.ts";
import { now, page, reconciled } from "./reconcile-world.ts";

const matter = (id: string, created = now - 100): ListedMatter => ({
  ...{ id, created, chargeId: `ch_of_${id}`, livemode: true },
});
/** Nothing but money is due. */
const idle = { eventsUntil: now - 60, walkBegan: now };
const anHourAgo = now - 3_660;
const since = (until: number): Progress => ({
  ...idle,
  matters: { refund: { until }, dispute: { until }, fraud_warning: { until } },
});
const end = { onRefund: "end", onDispute: "end", onFraudWarning: "end" };

test("each is asked for once an hour, with two minutes again, and queued as its event", async () => {
  const { asked, events, saves, line } = await reconciled({
    progress: since(anHourAgo),
    access: end,
    matters: {
      refund: page([matter("re_1")]),
      dispute: page([matter("dp_1")]),
      fraud_warning: page([matter("issfr_1")]),
    },
  });
  const span = { from: now - 3_780, until: now - 60 };
  expect(asked).toEqual([
    ["refund", span, undefined],
    ["dispute", span, undefined],
    ["fraud_warning", span, undefined],
  ]);
  const shared = { v: 1, created: now - 100, livemode: true, thin: false };
  expect(events).toEqual([
    // What is refunded is a charge; a dispute and a warning say themselves of which charge they are.
    { ...shared, eventId: "re_1", type: "charge.refunded", objectId: "ch_of_re_1" },
    { ...shared, eventId: "dp_1", type: "charge.dispute.created", objectId: "dp_1" },
    { ...shared, eventId: "issfr_1", type: "radar.early_fraud_warning.created", objectId: "issfr_1" },
  ]);
  expect(saves.at(-1)).toEqual(since(now - 60));
  expect(line).toMatchObject({ outcome: "reconciled", queued: 3 });
});

test("nothing is asked within the hour, nor of what the seller keeps", async () => {
  const early = await reconciled({ progress: since(anHourAgo + 1), access: end });
  expect([early.asked, early.saves]).toEqual([[], []]);
  const keeping = await reconciled({ progress: idle });
  expect([keeping.asked, keeping.saves]).toEqual([[], []]);
});

test("it begins when the seller decides so, and is forgotten when the seller decides otherwise", async () => {
  const deciding = await reconciled({ progress: idle, access: { onDispute: "end" } });
  const begun = { ...idle, matters: { dispute: { until: now - 60 } } };
  expect([deciding.asked, deciding.saves]).toEqual([[], [begun]]);
  const undone = await reconciled({ progress: since(anHourAgo), access: { onRefund: "end" } });
  expect(undone.asked.map(([list]) => list)).toEqual(["refund"]);
  expect(undone.saves.at(-1)).toEqual({ ...idle, matters: { refund: { until: now - 60 } } });
  const keeping = await reconciled({ progress: begun });
  expect(keeping.saves).toEqual([idle]);
});

test("many are read page by page, and over several runs", async () => {
  const matters = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      index === 0 ? "refund" : `refund re_${index}`,
      page([matter(`re_${index + 1}`)], index < 11 ? `re_${index + 1}` : undefined),
    ]),
  );
  const access = { onRefund: "end" };
  const progress = { ...idle, matters: { refund: { until: anHourAgo } } };
  const first = await reconciled({ progress, access, matters });
  expect(first.line).toMatchObject({ code: "deadline_reached", queued: 10 });
  const second = await reconciled({ progress: first.saves.at(-1) ?? idle, access, matters });
  expect(second.events.map(({ eventId }) => eventId)).toEqual(["re_11", "re_12"]);
  expect(second.saves.at(-1)).toEqual({ ...idle, matters: { refund: { until: now - 60 } } });
});

test("a page that Stripe does not know any more has the span read anew", async () => {
  const span = { from: now - 3_780, until: now - 60, after: "re_gone" };
  const { saves, line } = await reconciled({
    progress: { ...idle, matters: { refund: { until: anHourAgo, span } } },
    access: { onRefund: "end" },
    matters: { "refund re_gone": undefined },
  });
  expect([saves, line?.code]).toEqual([
    [{ ...idle, matters: { refund: { until: anHourAgo } } }],
    "cursor_lost",
  ]);
});

test("whatever cuts runs off, each is queued once an hour has passed, and the hour is saved after it", async () => {
  const crash = fc.option(fc.nat(6), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(300)), fc.array(crash, { maxLength: 6 }), async (ages, crashes) => {
      const ids = ages.map((_, index) => `re_${index + 1}`);
      // One a page, newest first, as Stripe lists them.
      const listed = ages
        .toSorted((a, b) => a - b)
        .map((age, index) => matter(ids[index] ?? "", now - 60 - age));
      const matters = Object.fromEntries(
        listed.map((each, index) => [
          index === 0 ? "refund" : `refund ${ids[index - 1]}`,
          page([each], ids[index + 1] === undefined ? undefined : ids[index]),
        ]),
      );
      let progress: Progress = { ...idle, matters: { refund: { until: anHourAgo } } };
      const queued = new Set<string>();
      for (const diesAfter of [...crashes, ...Array.from({ length: 12 }, () => undefined)]) {
        const world = { progress, access: { onRefund: "end" }, matters };
        const { events, saves } = await reconciled({
          ...world,
          ...(diesAfter !== undefined && { diesAfter }),
        });
        for (const { eventId } of events) queued.add(eventId);
        progress = saves.at(-1) ?? progress;
        if (progress.matters?.refund?.until === now - 60) expect(queued.size).toBe(ids.length);
      }
      expect(progress).toEqual({ ...idle, matters: { refund: { until: now - 60 } } });
      expect([...queued].sort()).toEqual([...ids].sort());
    }),
    { numRuns: 60 },
  );
});
