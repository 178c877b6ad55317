import { describe, expect, test } from "@jest/globals";
import { readPayload } from "../../../functions/signaling/payload.ts";

const base64 = (value: unknown, encoding: BufferEncoding = "utf8") =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value), encoding).toString("base64");
const payload = (ufrags: readonly string[]) => ({ kind: "payload", ufrags });

describe("the ufrags of an SDP", () => {
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
    " a=ice-ufrag:indented",
    "",
  ];

  test.each(["\r\n", "\n", "\r"])(
    "are those of the session and of every m-section, each once (%j)",
    (end) => {
      expect(readPayload("SDP_OFFER", base64({ type: "offer", sdp: sdp.join(end) }))).toEqual(
        payload(["sess", "F7gI", "x+/9"]),
      );
    },
  );

  test("are none where it names none", () => {
    expect(readPayload("SDP_ANSWER", base64({ type: "answer", sdp: "v=0\r\n" }))).toEqual(payload([]));
    expect(readPayload("SDP_ANSWER", base64({ type: "answer", sdp: "a=ice-ufrag:" }))).toEqual(payload([]));
  });

  test("are found behind text of any encoding", () => {
    const description = { type: "offer", sdp: "s=caf\u00e9 \u2192 \u{1F600}\r\na=ice-ufrag:F7gI\r\n" };
    expect(readPayload("SDP_OFFER", base64(description))).toEqual(payload(["F7gI"]));
    expect(
      readPayload("SDP_OFFER", base64({ ...description, sdp: "s=\u00ff\na=ice-ufrag:F7gI" }, "latin1")),
    ).toEqual(payload(["F7gI"]));
  });

  // https://www.rfc-editor.org/rfc/rfc8839#section-5.4: 4 to 256 characters.
  test("count with their first 256 characters, which is all that ICE admits", () => {
    const description = { type: "offer", sdp: `v=0\na=ice-ufrag:${"u".repeat(20_000)}\n` };
    const candidate = { candidate: "", usernameFragment: "u".repeat(300) };
    expect(readPayload("SDP_OFFER", base64(description))).toEqual(payload(["u".repeat(256)]));
    expect(readPayload("ICE_CANDIDATE", base64(candidate))).toEqual(payload(["u".repeat(256)]));
  });
});

describe("the ufrag of a candidate", () => {
  test.each<[object, readonly string[]]>([
    [{ candidate: "candidate:1", usernameFragment: "F7gI" }, ["F7gI"]],
    [
      { candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag else", usernameFragment: "F7gI" },
      ["F7gI"],
    ],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI network-id 1" }, ["F7gI"]],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI", usernameFragment: null }, ["F7gI"]],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI", usernameFragment: "" }, ["F7gI"]],
    [{ candidate: "ufrag F7gI" }, []],
    [{ candidate: "candidate:1 xufrag F7gI" }, []],
    [{ candidate: "", usernameFragment: "" }, []],
    [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host" }, []],
  ])("of %j is %j", (candidate, ufrags) => {
    const read = { ...readPayload("ICE_CANDIDATE", base64(candidate)), isHost: undefined };
    expect(read).toEqual(payload(ufrags));
  });
});

test.each([
  ["candidate:1 1 udp 2 192.0.2.1 9 typ host", true],
  ["candidate:1 1 tcp 2 192.0.2.1 9 typ host tcptype active generation 0", true],
  ["candidate:1 1 udp 2 192.0.2.1 9 typ srflx raddr 10.0.0.1 rport 9", undefined],
  ["candidate:1 1 udp 2 192.0.2.1 9 typ hostile", undefined],
  ["", undefined],
])("whether %j is a host candidate: %j", (candidate, isHost) => {
  const read = readPayload("ICE_CANDIDATE", base64({ candidate }));
  expect(read).toEqual({ kind: "payload", ufrags: [], ...(isHost && { isHost }) });
});

describe("a payload that is refused", () => {
  test.each([
    ["payload_not_base64", "SDP_OFFER", "e30"],
    ["payload_not_base64", "SDP_OFFER", "e30=="],
    ["payload_not_base64", "SDP_OFFER", "e3 0="],
    ["payload_not_base64", "SDP_OFFER", "e30=\n"],
    ["payload_not_base64", "SDP_OFFER", "_-_-"],
    ["payload_not_json", "SDP_OFFER", ""],
    ["payload_not_json", "SDP_OFFER", base64("{")],
    ["payload_not_json", "ICE_CANDIDATE", base64("\ufeff{}")],
    ["payload_wrong_shape", "SDP_OFFER", base64("[]")],
    ["payload_wrong_shape", "SDP_OFFER", base64("[".repeat(9_000) + "]".repeat(9_000))],
    ["payload_wrong_shape", "SDP_OFFER", base64({ type: "answer", sdp: "" })],
    ["payload_wrong_shape", "SDP_OFFER", base64({ type: "offer", sdp: null })],
    ["payload_wrong_shape", "SDP_ANSWER", base64({ type: "pranswer", sdp: "" })],
    ["payload_wrong_shape", "ICE_CANDIDATE", base64({})],
    ["payload_wrong_shape", "ICE_CANDIDATE", base64({ candidate: "", usernameFragment: 7 })],
    ["payload_wrong_shape", "ICE_CANDIDATE", base64({ candidate: "", sdpMLineIndex: 65_536 })],
    ["payload_wrong_shape", "ICE_CANDIDATE", base64({ candidate: "", sdpMLineIndex: 0.5 })],
    ["payload_wrong_shape", "ICE_CANDIDATE", base64({ candidate: "", sdpMid: 0 })],
  ] as const)("is %s of %s: %s", (code, action, messagePayload) => {
    expect(readPayload(action, messagePayload)).toEqual({ kind: "refused", code });
  });
});
