import { describe, expect, test } from "@jest/globals";
import {
  ackFrame,
  deliveryReport,
  goAwayFrame,
  keepaliveFrame,
  presenceFrame,
  relayedFrame,
  sequenceGapFrame,
  supersededFrame,
} from "../../../functions/signaling/frames.ts";
import type { RelayedFrame } from "../../../functions/signaling/protocol.ts";
import type { WaitingFrame } from "../../../functions/signaling/waiting-frame.ts";
import { master, peer, viewer } from "./identities.ts";

const frame: RelayedFrame = {
  action: "SDP_OFFER",
  messagePayload: "e30=",
  ufrags: ["F7gI"],
  seq: undefined,
  recipientClientId: "bob",
  correlationId: "c",
};

describe("the frame that the recipient gets", () => {
  test("names the sender as its proof does, and carries its id", () => {
    expect(relayedFrame(frame, "f-1", viewer)).toBe(
      '{"messageType":"SDP_OFFER","messagePayload":"e30=","senderClientId":"ada","frameId":"f-1"}',
    );
    expect(relayedFrame(frame, "f-1", peer)).toBe(
      '{"messageType":"SDP_OFFER","messagePayload":"e30=","senderClientId":"p1","frameId":"f-1"}',
    );
  });

  test("names no sender when it is the master", () => {
    expect(relayedFrame(frame, "f-1", master)).toBe(
      '{"messageType":"SDP_OFFER","messagePayload":"e30=","frameId":"f-1"}',
    );
  });

  test("has the number that the sender gave", () => {
    expect(relayedFrame({ ...frame, action: "ICE_CANDIDATE", seq: 7 }, "f-1", master)).toBe(
      '{"messageType":"ICE_CANDIDATE","messagePayload":"e30=","frameId":"f-1","seq":7}',
    );
  });
});

test("a receipt names the frame and who had it", () => {
  const ack = { action: "ACK", frameId: "f-1", recipientClientId: "bob", correlationId: "c" } as const;
  expect(ackFrame(ack, viewer)).toBe('{"messageType":"ACK","frameId":"f-1","senderClientId":"ada"}');
  expect(ackFrame(ack, master)).toBe('{"messageType":"ACK","frameId":"f-1"}');
});

test("a gap names its sender and its first and last number", () => {
  expect(sequenceGapFrame("ada", 3, 5)).toBe(
    '{"messageType":"SEQUENCE_GAP","senderClientId":"ada","from":3,"to":5}',
  );
  expect(sequenceGapFrame("MASTER", 3, 3)).toBe('{"messageType":"SEQUENCE_GAP","from":3,"to":3}');
});

test("a report says of each frame whose it was, which, and what became of it", () => {
  const waiting: WaitingFrame = {
    frameId: "f-1",
    action: "SDP_OFFER",
    frame: "secret",
    correlationId: "c-1",
    sentAt: 1,
    expiresAt: 2,
    ufrags: ["F7gI"],
  };
  const settled = [
    { frame: waiting, fate: "delivered" },
    { frame: { ...waiting, frameId: "f-2", correlationId: "c-2" }, fate: "expired" },
  ] as const;
  expect(JSON.parse(deliveryReport("bob", settled))).toEqual({
    messageType: "DELIVERY_REPORT",
    reports: [
      { recipientClientId: "bob", correlationId: "c-1", frameId: "f-1", code: "delivered" },
      { recipientClientId: "bob", correlationId: "c-2", frameId: "f-2", code: "expired" },
    ],
  });
});

test("what the server says of itself", () => {
  expect(keepaliveFrame).toBe('{"messageType":"KEEPALIVE"}');
  expect(supersededFrame).toBe('{"messageType":"SUPERSEDED"}');
  expect(goAwayFrame(1_800_000_000_000)).toBe('{"messageType":"GO_AWAY","closesAt":1800000000000}');
});

test("presence lists members, with a cause when they left", () => {
  const ada = { clientId: "ada", role: "VIEWER", since: 5 } as const;
  expect(presenceFrame("present", [])).toBe('{"messageType":"PRESENCE","event":"present","members":[]}');
  expect(presenceFrame("left", [{ ...ada, cause: "gone" }])).toBe(
    '{"messageType":"PRESENCE","event":"left","members":[{"clientId":"ada","role":"VIEWER","since":5,"cause":"gone"}]}',
  );
});
