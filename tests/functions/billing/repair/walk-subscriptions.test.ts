import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../../functions/shared/failure.ts";
import { listed, now, page, reconciled } from "./reconcile-world.ts";

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
