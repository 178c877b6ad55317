import { describe, expect, test } from "@jest/globals";
import { due, now, swept } from "./sweep-world.ts";

describe("a connection whose client has said that it is alive", () => {
  const since = (aliveAt: number, askedAt?: number) =>
    due("ada", 20, {
      announced: true,
      aliveAt: now - aliveAt,
      ...(askedAt !== undefined && { askedAt: now - askedAt }),
    });

  test("is asked, and has a minute to answer", async () => {
    const { posts, renewed, askedTimes } = await swept({ shards: { 0: [[since(510_000)]] } });
    expect(posts).toEqual([["c-ada", '{"messageType":"KEEPALIVE"}']]);
    expect(renewed).toEqual([["c-ada", 1_800_000_060]]);
    expect(askedTimes).toEqual([now]);
  });

  test("is closed and removed when it did not answer, after the others were told", async () => {
    const { posts, order, sent, closed, removed, lines } = await swept({
      shards: { 0: [[since(570_000, 60_000)]] },
    });
    expect(posts).toEqual([]);
    expect(order).toEqual(["send", "close", "remove"]);
    expect(sent).toEqual([
      [
        {
          ...{ v: 2, kind: "departure", channel: "acme#lobby", name: "ada", role: "VIEWER" },
          ...{ connectedAt: now - 1_200_000, cause: "timed_out" },
        },
        "c-ada",
      ],
    ]);
    expect([closed, removed]).toEqual([["c-ada"], [["ada", "c-ada"]]]);
    expect(lines).toMatchObject([{ timedOut: 1, kept: 0 }]);
  });

  test("is removed too when there is no socket any more", async () => {
    const { removed } = await swept({ shards: { 0: [[since(570_000, 60_000)]] }, closing: "gone" });
    expect(removed).toEqual([["ada", "c-ada"]]);
  });

  test("keeps its row until API Gateway has closed it", async () => {
    const { removed, lines } = await swept({
      shards: { 0: [[since(570_000, 60_000)]] },
      closing: "unavailable",
    });
    expect(removed).toEqual([]);
    expect(lines).toMatchObject([{ timedOut: 0, unreachable: 1 }]);
  });

  test("is kept when it has answered, and asked again 8.5 minutes after it was asked", async () => {
    const { posts, renewed, askedTimes, closed, lines } = await swept({
      shards: { 0: [[since(59_000, 60_000)]] },
    });
    expect([posts, closed]).toEqual([[], []]);
    expect([renewed, askedTimes]).toEqual([[["c-ada", 1_800_000_450]], [undefined]]);
    expect(lines).toMatchObject([{ kept: 1, timedOut: 0 }]);
  });

  test("is kept when its answer seems ten seconds older than the question, by another clock", async () => {
    expect((await swept({ shards: { 0: [[since(70_000, 60_000)]] } })).closed).toEqual([]);
    expect((await swept({ shards: { 0: [[since(70_001, 60_000)]] } })).closed).toEqual(["c-ada"]);
  });

  test("is not expected to answer before it has said so once", async () => {
    const { closed, renewed, askedTimes } = await swept({ shards: { 0: [[due("ada", 20)]] } });
    expect([closed, askedTimes]).toEqual([[], [undefined]]);
    expect(renewed).toEqual([["c-ada", 1_800_000_510]]);
  });
});
