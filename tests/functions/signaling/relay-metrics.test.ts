import { expect, test } from "@jest/globals";
import { master, viewer } from "./identities.ts";
import { messageEvent, relayIn } from "./relay-world.ts";

const messagePayload = Buffer.from('{"type":"offer","sdp":"v=0"}').toString("base64");
const offer = { action: "SDP_OFFER", messagePayload, correlationId: "c-1" };
const slow = { ...viewer, limits: { ...viewer.limits, framesPerSecond: 1 } };

/** What CloudWatch would count of the last of these frames: metric → its dimensions with their values. */
async function countedOf(...events: readonly unknown[]) {
  const { handle, recorded } = relayIn({ present: { "acme#lobby": { MASTER: "m" } } });
  for (const event of events) await handle(event);
  const line = recorded.lines().at(-1) ?? {};
  const { CloudWatchMetrics } = line._aws as {
    CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  return Object.fromEntries(
    CloudWatchMetrics.map(({ Dimensions, Metrics }) => [
      Metrics[0]?.Name,
      Dimensions[0]?.map((name) => line[name]).join(" "),
    ]),
  );
}

test.each([
  ["that is delivered", [messageEvent(viewer, offer)], "SDP_OFFER delivered", undefined],
  ["that is no frame", [messageEvent(viewer, "hello")], "OTHER refused", "frame_not_json"],
  ["that names nobody", [messageEvent(master, offer)], "SDP_OFFER refused", "recipient_missing"],
  [
    "that comes too fast",
    [messageEvent(slow, offer), messageEvent(slow, offer), messageEvent(slow, offer)],
    "SDP_OFFER refused",
    "too_fast",
  ],
  ["of an event that is none", [{}], "OTHER failed", undefined],
])(
  "a frame %s is counted by its action and outcome, and by its code if it is refused",
  async (_, events, frames, code) => {
    const counted = await countedOf(...events);
    expect([counted.Frames, counted.Refusals]).toEqual([frames, code]);
  },
);
