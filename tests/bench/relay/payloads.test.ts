import { expect, test } from "@jest/globals";
import { payloadMix } from "../../../bench/relay/payloads.ts";
import { parseFrame } from "../../../functions/signaling/protocol.ts";

const offers = payloadMix("offer", { calls: 3, candidates: 9 });

test("each call sends one description and then nine candidates", () => {
  const kinds = offers.payloads.map(({ kind }) => (kind === "description" ? "D" : "c")).join("");
  expect(kinds).toBe("DcccccccccDcccccccccDccccccccc");
});

test("no two payloads are equal, so that each frame is known when it arrives", () => {
  expect(new Set(offers.payloads.map(({ messagePayload }) => messagePayload)).size).toBe(30);
});

test.each([
  ["offer", "SDP_OFFER"],
  ["answer", "SDP_ANSWER"],
] as const)("the relay takes every frame of the %s side", (type, action) => {
  for (const { kind, messagePayload } of payloadMix(type, { calls: 2, candidates: 9 }).payloads) {
    const frame = { action: kind === "candidate" ? "ICE_CANDIDATE" : action, messagePayload };
    expect(parseFrame(JSON.stringify(frame), 32_768)).toMatchObject({ kind: "frame" });
  }
});

test("a description is as long as a browser's with audio, video and a data channel, a candidate as one of its", () => {
  expect(offers.descriptionBytes).toBeGreaterThan(6_000);
  expect(offers.descriptionBytes).toBeLessThan(10_000);
  expect(offers.candidateBytes).toBeGreaterThan(200);
  expect(offers.candidateBytes).toBeLessThan(400);
});
