import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../../functions/shared/failure.ts";
import { event, listed, now, page, reconciled, walked } from "./reconcile-world.ts";

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
    const { asked, line } = await reconciled({ subscriptions, remaining: () => 31_999 });
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
