import { actions } from "../../../functions/signaling/protocol.ts";

/** A stream of draws that a seed determines (mulberry32). */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * bound) / 4_294_967_296) | 0;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const sdp =
  "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=ice-ufrag:F7gI\r\nm=audio 9 RTP/AVP 0\r\na=ice-ufrag:x+/9\r\n";
const candidate = "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI";
const payloads: readonly object[] = [
  { type: "offer", sdp },
  { type: "answer", sdp },
  { candidate, sdpMid: "0", sdpMLineIndex: 0 },
];

/** Values that parsers stumble over. */
export const oddValues: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    7,
    "",
    " ",
    "__proto__",
    "constructor",
    "MASTER",
    "AWS_",
    "ACK",
  ],
  ...[[], {}, [[]], { toString: 1 }, "\u0000", "\ud800", "\u2028", "é", "x".repeat(300), "e30=", "SDP_OFFER"],
];
const fields = [
  ...["action", "messagePayload", "recipientClientId", "correlationId", "seq", "frameId", "type", "sdp"],
  ...["candidate", "sdpMid", "sdpMLineIndex", "usernameFragment", "__proto__", "toJSON", "length"],
];
const scraps = [
  ...['"', "{", "}", "[", "]", "\\", "\\u0000", ",", ":", "=", "\n", "\ufeff", "1e999", "é", "\ud800"],
  ...["a=ice-ufrag:", " ufrag ", '"__proto__":{},', "u".repeat(300), "", "", ""],
];

/** An object with up to two of its fields set to odd values, or taken away. */
function withOddFields(object: object, draws: Draws): object {
  // Without a prototype, so that `__proto__` is a field as any other.
  const result = Object.assign(Object.create(null), object);
  for (let more = draws.below(3); more > 0; more -= 1) result[draws.of(fields)] = draws.of(oddValues);
  return result;
}

/** A text that in one of three cases has a scrap in place of some characters. */
function torn(text: string, draws: Draws): string {
  if (draws.below(3) > 0) return text;
  const start = draws.below(text.length + 1);
  return text.slice(0, start) + draws.of(scraps) + text.slice(start + draws.below(4));
}

/** A frame as a client sends it, and as it might after a fault or by malice. */
export function mutatedFrame(draws: Draws): string {
  const payload = torn(JSON.stringify(withOddFields(draws.of(payloads), draws)), draws);
  const frame = {
    action: draws.of(actions),
    messagePayload: Buffer.from(payload, draws.of(["utf8", "latin1"] as const)).toString("base64"),
    recipientClientId: "bob",
    correlationId: "c-1",
    seq: draws.of([undefined, 1, 2, "1"]),
    frameId: "f",
  };
  return torn(JSON.stringify(withOddFields(frame, draws)), draws);
}

/** What was never a frame. */
export function noise(draws: Draws): string {
  const depth = draws.below(3_000);
  switch (draws.below(4)) {
    case 0:
      return "[".repeat(depth);
    case 1:
      return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    default:
      return Array.from({ length: draws.below(40) }, () => String.fromCharCode(draws.below(65_536))).join("");
  }
}
