import { describe, expect, test } from "@jest/globals";
import type { Posted } from "../../../functions/signaling/connections.ts";
import { countFates, report, unavailable } from "../../../functions/signaling/reports.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { queueUnavailable } from "./relay-world.ts";
import { candidateThatWaits } from "./waiting-frames.ts";

const sender = { channel: "acme#lobby", name: "ada" };
const named = (id: string) => candidateThatWaits(id, { correlationId: `c-${id}` });
const settled = [
  { frame: named("1"), fate: "delivered" },
  { frame: candidateThatWaits("2"), fate: "expired" },
  { frame: named("3"), fate: "superseded" },
] as const;
const text =
  '{"messageType":"DELIVERY_REPORT","reports":[' +
  '{"recipientClientId":"MASTER","correlationId":"c-1","frameId":"1","code":"delivered"},' +
  '{"recipientClientId":"MASTER","correlationId":"c-3","frameId":"3","code":"superseded"}]}';

function reporting(posting: Posted = "delivered", queue?: Error) {
  const posts: [string, string][] = [];
  const queued: [WakeUp, string][] = [];
  const ports = {
    connections: {
      post: async (connectionId: string, frame: string) => {
        posts.push([connectionId, frame]);
        return posting;
      },
    },
    wakeUps: {
      send: async (message: WakeUp, id: string) => {
        if (queue) throw queue;
        queued.push([message, id]);
      },
    },
  };
  return { ports, posts, queued };
}

describe("a report", () => {
  test("names each frame that had a correlation id, and its end, in one frame", async () => {
    const { ports, posts, queued } = reporting();
    await report(ports, sender, "a1", "MASTER", settled, "once");
    expect(posts).toEqual([["a1", text]]);
    expect(queued).toEqual([]);
  });

  test.each<[string, Posted]>([
    ["gone", "gone"],
    ["unavailable", "unavailable"],
    ["unknown", "unknown"],
  ])("that is %s is left to the worker", async (_, posting) => {
    const { ports, queued } = reporting(posting);
    await report(ports, sender, "a1", "MASTER", settled, "once");
    expect(queued).toEqual([[{ v: 2, kind: "report", ...sender, frame: text }, "once"]]);
  });

  test("that API Gateway refuses is not", async () => {
    const { ports, queued } = reporting("refused");
    await report(ports, sender, "a1", "MASTER", settled, "once");
    expect(queued).toEqual([]);
  });

  test("to a sender that could not be looked up is left to the worker, unposted", async () => {
    const { ports, posts, queued } = reporting();
    await report(ports, sender, unavailable, "MASTER", settled, "once");
    expect([posts.length, queued.length]).toEqual([0, 1]);
  });

  test("to a sender that is gone, or of frames that it cannot know, is not made", async () => {
    const { ports, posts, queued } = reporting();
    await report(ports, sender, undefined, "MASTER", settled, "once");
    await report(ports, sender, "a1", "MASTER", [settled[1]], "once");
    expect([posts, queued]).toEqual([[], []]);
  });

  test("is lost when the queue fails too; a fault that stays is ours", async () => {
    const lost = reporting("unavailable", queueUnavailable);
    await report(lost.ports, sender, "a1", "MASTER", settled, "once");
    const { ports } = reporting("unavailable", new Error("denied"));
    await expect(report(ports, sender, "a1", "MASTER", settled, "once")).rejects.toThrow("denied");
  });
});

test("ends are counted by their kind", () => {
  expect(countFates([...settled, { frame: named("4"), fate: "unknown" }])).toEqual({
    ...{ released: 1, superseded: 1, expired: 1, ambiguous: 1, undeliverable: 0 },
  });
});
