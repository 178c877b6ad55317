import { describe, expect, test } from "@jest/globals";
import { addressee } from "../../../functions/signaling/addressing.ts";
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
    ["a viewer's frame reaches the master though it names itself", viewer, "ada", "MASTER"],
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
    ["recipient_invalid", peer, ["bob"]],
    ["recipient_invalid", peer, true],
    ["recipient_invalid", master, "x".repeat(257)],
    ["recipient_invalid", peer, "globex#lobby#bob"],
    ["recipient_invalid", master, "master "],
    ["recipient_not_allowed", master, "MASTER"],
    ["recipient_not_allowed", peer, "p1"],
  ])("is refused as %s", (code, sender, recipient) => {
    expect(addressee(sender, recipient)).toEqual({ kind: "refused", code });
  });
});
