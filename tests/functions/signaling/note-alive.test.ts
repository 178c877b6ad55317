import { describe, expect, test } from "@jest/globals";
import { aliveEvent, connectionWorld } from "./connection-world.ts";
import { viewer } from "./identities.ts";

const present = [[viewer, "L0SM9cOFvHcCIhw=", 1_800_000_000_123]] as const;

describe("a frame ALIVE", () => {
  test("is noted for the member of the proof, and is not answered", async () => {
    const { handle, calls, recorded } = connectionWorld({ present });
    expect(await handle(aliveEvent(viewer))).toEqual({ statusCode: 200 });
    expect(calls).toEqual([["answered", { channel: "acme#lobby", name: "ada" }, "L0SM9cOFvHcCIhw="]]);
    expect(recorded.lines()).toMatchObject([{ event: "alive", outcome: "served", tenant: "acme" }]);
  });

  test("of a connection that has lost its name changes nothing, and says so", async () => {
    const { handle, recorded } = connectionWorld({ present: [[viewer, "newer", 1_800_000_000_124]] });
    expect(await handle(aliveEvent(viewer))).toEqual({ statusCode: 200 });
    expect(recorded.lines()).toMatchObject([{ outcome: "ignored", code: "not_current" }]);
  });

  test("that comes too often costs no call: two at once, then one a second", async () => {
    let now = 1_800_000_000_500;
    const { handle, calls, recorded } = connectionWorld({ present, now: () => now });
    for (let count = 0; count < 5; count += 1) await handle(aliveEvent(viewer));
    expect(calls).toHaveLength(2);
    expect(recorded.lines().at(-1)).toMatchObject({ outcome: "refused", code: "too_fast" });
    now += 1_000;
    await handle(aliveEvent(viewer));
    expect(calls).toHaveLength(3);
  });
});
