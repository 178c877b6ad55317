import { describe, expect, test } from "@jest/globals";
import { addressee, outgoingFrame } from "../../../functions/signaling/addressing.ts";
import type { Identity } from "../../../functions/signaling/identity.ts";
import { master, peer, viewer } from "./identities.ts";

describe("whom a frame reaches", () => {
  test.each<[string, Identity, unknown, string]>([
    ["a viewer's frame reaches the master", viewer, undefined, "MASTER"],
    ["a viewer's frame reaches the master whatever it names", viewer, "bob", "MASTER"],
    ["a viewer's frame reaches the master even with a malformed recipient", viewer, { a: 1 }, "MASTER"],
    ["a master's frame reaches the named client", master, "bob", "bob"],
    ["a peer's frame reaches the named member", peer, "bob", "bob"],
    ["a peer's frame may reach the master", peer, "MASTER", "MASTER"],
  ])("%s", (_, sender, recipient, name) => {
    expect(addressee(sender, recipient)).toEqual({ kind: "recipient", name });
  });

  test.each<[string, Identity, unknown]>([
    ["recipient_missing", master, undefined],
    ["recipient_missing", master, null],
    ["recipient_missing", peer, ""],
    ["recipient_invalid", master, 7],
    ["recipient_invalid", master, "a b"],
    ["recipient_invalid", peer, "__proto__"],
    ["recipient_invalid", peer, "AWS_x"],
    ["recipient_not_allowed", master, "MASTER"],
    ["recipient_not_allowed", peer, "p1"],
  ])("is refused as %s", (code, sender, recipient) => {
    expect(addressee(sender, recipient)).toEqual({ kind: "refused", code });
  });
});

describe("the frame that the recipient gets", () => {
  const frame = {
    action: "SDP_OFFER",
    messagePayload: "e30=",
    recipientClientId: "bob",
    correlationId: "c",
  } as const;

  test("names the sender as its proof does", () => {
    expect(outgoingFrame(frame, viewer)).toBe(
      '{"messageType":"SDP_OFFER","messagePayload":"e30=","senderClientId":"ada"}',
    );
    expect(outgoingFrame(frame, peer)).toBe(
      '{"messageType":"SDP_OFFER","messagePayload":"e30=","senderClientId":"p1"}',
    );
  });

  test("names no sender when it is the master", () => {
    expect(outgoingFrame(frame, master)).toBe('{"messageType":"SDP_OFFER","messagePayload":"e30="}');
  });
});
