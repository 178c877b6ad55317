import * as v from "valibot";
import type { Action } from "./protocol.ts";

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** RTCSessionDescriptionInit and RTCIceCandidateInit. Other members are the peers' own affair. */
const payloads = {
  SDP_OFFER: v.object({ type: v.literal("offer"), sdp: v.string() }),
  SDP_ANSWER: v.object({ type: v.literal("answer"), sdp: v.string() }),
  ICE_CANDIDATE: v.object({
    candidate: v.string(),
    sdpMid: v.nullish(v.string()),
    sdpMLineIndex: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
    usernameFragment: v.nullish(v.string()),
  }),
} as const;

/**
 * What is wrong with a payload, judged on a copy. The KVS client writes base64 of JSON, one byte a
 * character (Latin-1) where it can and UTF-8 otherwise, and reads one byte a character first; read
 * that way, JSON in either encoding is JSON with the same shape.
 */
export function payloadProblem(
  action: Action,
  messagePayload: string,
): "payload_not_base64" | "payload_not_json" | "payload_wrong_shape" | undefined {
  if (!base64.test(messagePayload)) return "payload_not_base64";
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.from(messagePayload, "base64").toString("latin1"));
  } catch {
    return "payload_not_json";
  }
  return v.is(payloads[action], payload) ? undefined : "payload_wrong_shape";
}
