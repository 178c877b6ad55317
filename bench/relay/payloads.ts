/** What a peer tells the other, in the KVS wire form: base64 of the browser's JSON. */
export interface Payload {
  readonly kind: "description" | "candidate";
  readonly messagePayload: string;
}

export interface PayloadMix {
  readonly payloads: readonly Payload[];
  /** Bytes of the base64 text. */
  readonly descriptionBytes: number;
  readonly candidateBytes: number;
}

/** Payloads that all differ, in the order in which one end sends them: `calls` times a description and its candidates. */
export function payloadMix(
  type: "offer" | "answer",
  { calls, candidates }: { readonly calls: number; readonly candidates: number },
): PayloadMix {
  const payloads = Array.from({ length: calls }, (_, call): Payload[] => [
    { kind: "description", messagePayload: base64({ type, sdp: sessionDescription(call) }) },
    ...Array.from({ length: candidates }, (_, index): Payload => {
      return { kind: "candidate", messagePayload: base64(iceCandidate(call, index)) };
    }),
  ]).flat();
  const bytes = (kind: Payload["kind"]) =>
    payloads.find((payload) => payload.kind === kind)?.messagePayload.length ?? 0;
  return { payloads, descriptionBytes: bytes("description"), candidateBytes: bytes("candidate") };
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

/** In form and length what Chromium writes: audio, video with a dozen codecs, a data channel. */
function sessionDescription(call: number): string {
  const ice = [
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${fragment(call)}`,
    "a=ice-pwd:9vB2kT7mQxYwZ4pLcR8sHnJd",
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => hex(call + i * 7)).join(":")}`,
    "a=setup:actpass",
  ];
  const media = [...ice, "a=rtcp:9 IN IP4 0.0.0.0", "a=sendrecv", "a=rtcp-mux", "a=rtcp-rsize"];
  const extensions = ["ssrc-audio-level", "abs-send-time", "transport-wide-cc", "sdes:mid", "toffset"];
  const extmap = extensions.map((name, index) => `a=extmap:${index + 1} urn:ietf:params:rtp-hdrext:${name}`);
  const audio = [111, 63, 9, 0, 8, 13, 110, 126].flatMap((type) => [
    `a=rtpmap:${type} opus/48000/2`,
    `a=fmtp:${type} minptime=10;useinbandfec=1`,
  ]);
  const video = [96, 102, 104, 106, 108, 127, 39, 41, 45, 98, 100, 112].flatMap((type) => [
    `a=rtpmap:${type} H264/90000`,
    ...["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"].map((fb) => `a=rtcp-fb:${type} ${fb}`),
    `a=fmtp:${type} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f`,
    `a=rtpmap:${type + 1} rtx/90000`,
    `a=fmtp:${type + 1} apt=${type}`,
  ]);
  return [
    "v=0",
    `o=- ${4_611_686_018_427_387 + call} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
    ...media,
    "a=mid:0",
    ...extmap,
    ...audio,
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 105 106 107 108 109 127 125 39 40",
    ...media,
    "a=mid:1",
    ...extmap,
    ...video,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ...ice,
    "a=mid:2",
    "a=sctp-port:5000",
    "",
  ].join("\r\n");
}

function iceCandidate(call: number, index: number) {
  const port = 49_152 + ((call * 10 + index) % 16_000);
  return {
    candidate: `candidate:${842_163_049 + index} 1 udp 1677729535 203.0.113.7 ${port} typ srflx raddr 192.168.1.23 rport ${port} generation 0 ufrag ${fragment(call)} network-id 1 network-cost 10`,
    sdpMid: "0",
    sdpMLineIndex: 0,
    usernameFragment: fragment(call),
  };
}

const fragment = (call: number): string => `u${call.toString(36).padStart(3, "0")}`;
const hex = (value: number): string => (value % 256).toString(16).toUpperCase().padStart(2, "0");
