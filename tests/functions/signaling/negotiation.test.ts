import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { passage } from "../../../functions/signaling/gate.ts";
import { orderOf, pairKey, ufragsOf } from "../../../functions/signaling/negotiation.ts";
import { master, peer, viewer } from "./identities.ts";

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("the ufrags of a payload", () => {
  test("are those of the session and of every m-section, each once", () => {
    const sdp = [
      "v=0",
      "a=ice-ufrag:sess",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111",
      "a=ice-ufrag:F7gI",
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      "a=ice-ufrag:F7gI",
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
      "a=ice-ufrag:x+/9",
      "a=x-not-ice-ufrag:no",
      "",
    ];
    expect(ufragsOf("SDP_OFFER", base64({ type: "offer", sdp: sdp.join("\r\n") }))).toEqual([
      "sess",
      "F7gI",
      "x+/9",
    ]);
    expect(ufragsOf("SDP_ANSWER", base64({ type: "answer", sdp: sdp.join("\n") }))).toHaveLength(3);
    expect(ufragsOf("SDP_OFFER", base64({ type: "offer", sdp: "v=0\r\n" }))).toEqual([]);
  });

  test.each<[object, readonly string[]]>([
    [{ candidate: "candidate:1", usernameFragment: "F7gI" }, ["F7gI"]],
    [{ candidate: "candidate:1 ufrag text", usernameFragment: "F7gI" }, ["F7gI"]],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI network-id 1" }, ["F7gI"]],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI", usernameFragment: null }, ["F7gI"]],
    [{ candidate: "", usernameFragment: "" }, []],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host" }, []],
  ])("of the candidate %j are %j", (candidate, ufrags) => {
    expect(ufragsOf("ICE_CANDIDATE", base64(candidate))).toEqual(ufrags);
  });

  test("of any payload are found without a fault", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (sdp, usernameFragment) => {
        const ufrags = ufragsOf("SDP_OFFER", base64({ type: "offer", sdp }));
        for (const ufrag of ufrags) expect(ufrag).toMatch(/^\S+$/);
        ufragsOf("ICE_CANDIDATE", base64({ candidate: sdp, usernameFragment }));
      }),
    );
  });
});

test("order is the order of time, then of ids", () => {
  const at = (sentAt: number, frameId: string) => orderOf({ sentAt, frameId, ufrags: [] });
  expect([at(1_800_000_000_000, "a"), at(999, "z"), at(1_800_000_000_000, "B")].sort()).toEqual([
    "000000000000999#z",
    "001800000000000#B",
    "001800000000000#a",
  ]);
});

test("each direction between two members has a key of its own", () => {
  expect([pairKey(viewer, "MASTER"), pairKey(master, "ada"), pairKey(peer, "ada")]).toEqual([
    "acme#lobby#ada>MASTER",
    "acme#lobby#MASTER>ada",
    "acme#lobby#p1>ada",
  ]);
});

test.each([
  ["open", ["aaaa"], 0, "open"],
  ["closed", ["aaaa"], 20, "wait"],
  ["queued", ["aaaa"], 20, "queued"],
  ["expired", ["aaaa"], 20, "expired"],
  ["open", [], 0, "open"],
  ["open", ["old1"], 20, "superseded"],
  ["open", ["else"], 9, "superseded"],
  ["open", ["else"], 10, "wait"],
] as const)("a gate that is %s lets the ufrag %j of time %i: %s", (state, ufrags, sentAt, expected) => {
  const gate = { ufrags: ["aaaa", "bbbb"], state, sentAt: 10, replaced: ["old1"] };
  expect(passage({ ...gate, ufrags: ["aaaa", "bbbb"] }, { ufrags: [...ufrags], sentAt })).toBe(expected);
});

test("an SDP that names no ufrag lets every candidate", () => {
  const gate = { ufrags: [], state: "open" as const, sentAt: 10, replaced: [] };
  expect(passage(gate, { ufrags: ["aaaa"], sentAt: 11 })).toBe("open");
  expect(passage(undefined, { ufrags: [], sentAt: 11 })).toBe("wait");
});
