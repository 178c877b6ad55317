import { describe, expect, test } from "@jest/globals";
import { event, now, page, reconciled, walked } from "./reconcile-world.ts";

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

  test("of money that went back are queued themselves, where the seller wants the subscription ended", async () => {
    const types = ["charge.refunded", "charge.dispute.created", "radar.early_fraud_warning.created"] as const;
    const events = {
      "": page([...types.map((type) => event("cus_a", now - 100, type)), event("cus_b")]),
    };
    const end = { onRefund: "end", onFraudWarning: "end" };
    const ending = await reconciled({ progress: walked, events, access: end });
    expect(ending.events).toEqual([
      {
        ...{ v: 1, eventId: "evt_1", type: "charge.refunded", created: now - 100, objectId: "ch_1" },
        ...{ customerId: "cus_a", livemode: false, thin: false },
      },
      expect.objectContaining({ type: "radar.early_fraud_warning.created" }),
    ]);
    expect(ending.sent).toMatchObject([[{ customerId: "cus_b" }, "1800000000"]]);
    expect(ending.line).toMatchObject({ undelivered: 4, queued: 3 });
    const keeping = await reconciled({ progress: walked, events });
    expect([keeping.events, keeping.sent.length]).toEqual([[], 1]);
  });

  test("of money are queued before it is saved how far the run has come", async () => {
    const events = { "": page([event("cus_a", now - 100, "charge.refunded")]) };
    const died = await reconciled({ progress: walked, events, access: { onRefund: "end" }, diesAfter: 1 });
    expect([died.events, died.saves]).toEqual([[], []]);
  });

  test("are not read twice in a minute", async () => {
    const { asked } = await reconciled({ progress: { eventsUntil: now - 60, walkBegan: now } });
    expect(asked).toEqual([]);
  });
});
