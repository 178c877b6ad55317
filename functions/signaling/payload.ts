import * as v from "valibot";
import type { RelayedAction } from "./protocol.ts";

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Rows keep ufrags of earlier negotiations, so that they must not be as long as a frame. */
const longestUfrag = 256;

/** RTCSessionDescriptionInit and RTCIceCandidateInit. Other members are the peers' own affair. */
export const payloads = {
  SDP_OFFER: v.object({ type: v.literal("offer"), sdp: v.string() }),
  SDP_ANSWER: v.object({ type: v.literal("answer"), sdp: v.string() }),
  ICE_CANDIDATE: v.object({
    candidate: v.string(),
    sdpMid: v.nullish(v.string()),
    sdpMLineIndex: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
    usernameFragment: v.nullish(v.string()),
  }),
} as const;

export type Payload =
  | {
      readonly kind: "payload";
      /**
       * The ICE username fragments: of an SDP those of its session and all its media
       * (https://www.rfc-editor.org/rfc/rfc8839#section-5.4), of a candidate its `usernameFragment`, else the
       * `ufrag` extension of its text. Each once, of each the first 256 characters, all that ICE admits; empty
       * when there is none.
       */
      readonly ufrags: readonly string[];
      /** A candidate of a network of the sender's own (https://www.rfc-editor.org/rfc/rfc8839#section-5.1). */
      readonly isHost?: true;
    }
  | {
      readonly kind: "refused";
      readonly code: "payload_not_base64" | "payload_not_json" | "payload_wrong_shape";
    };

/**
 * What a payload says, read from a copy. The KVS client writes base64 of JSON, one byte a character (Latin-1)
 * where it can and UTF-8 otherwise, and reads one byte a character first; read that way, JSON in either
 * encoding is JSON with the same shape.
 */
export function readPayload(action: RelayedAction, messagePayload: string): Payload {
  if (!base64.test(messagePayload)) return { kind: "refused", code: "payload_not_base64" };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(messagePayload, "base64").toString("latin1"));
  } catch {
    return { kind: "refused", code: "payload_not_json" };
  }
  if (action === "ICE_CANDIDATE") {
    const parsed = v.safeParse(payloads.ICE_CANDIDATE, json);
    if (!parsed.success) return { kind: "refused", code: "payload_wrong_shape" };
    const { usernameFragment, candidate } = parsed.output;
    const ufrag = usernameFragment || / ufrag (\S+)/.exec(candidate)?.[1];
    return {
      kind: "payload",
      ufrags: ufrag ? [ufrag.slice(0, longestUfrag)] : [],
      ...(/ typ host(?: |$)/.test(candidate) && { isHost: true }),
    };
  }
  const parsed = v.safeParse(payloads[action], json);
  if (!parsed.success) return { kind: "refused", code: "payload_wrong_shape" };
  const found = parsed.output.sdp.matchAll(/^a=ice-ufrag:(\S+)/gm);
  const ufrags = [...found].map(([, ufrag = ""]) => ufrag.slice(0, longestUfrag));
  return { kind: "payload", ufrags: [...new Set(ufrags)] };
}
