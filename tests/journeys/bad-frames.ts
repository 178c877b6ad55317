import type { refusals } from "../../functions/signaling/protocol.ts";
import { payloadOf } from "./raw-socket.ts";

/** The code that the sender gets, what is wrong, and the text of the frame. */
export type BadFrame = readonly [keyof typeof refusals, string, string];

const sdp = "v=0\r\ns=do not log me\r\n";
export const offerPayload = payloadOf({ type: "offer", sdp });
const answerPayload = payloadOf({ type: "answer", sdp });
const notJson = Buffer.from(sdp).toString("base64");
export const secretPayloads: readonly string[] = [offerPayload, answerPayload, notJson];

const frame = (fields: object): string => JSON.stringify({ correlationId: "it", ...fields });
const offer = (messagePayload: unknown): string => frame({ action: "SDP_OFFER", messagePayload });
const answerTo = (recipientClientId?: unknown): string =>
  frame({ action: "SDP_ANSWER", messagePayload: answerPayload, recipientClientId });

/** What a viewer may send. */
export const goodFrame = offer(offerPayload);

export const viewerFrames: readonly BadFrame[] = [
  ["frame_not_json", "text", "offer!"],
  ["frame_not_json", "nothing", ""],
  ["frame_not_json", "brackets as deep as a frame is long", "[".repeat(32_768)],
  ["frame_not_object", "null", "null"],
  ["frame_not_object", "a list", "[{}]"],
  ["correlation_id_invalid", "a correlation id of 257 characters", frame({ correlationId: "a".repeat(257) })],
  ["action_missing", "no action", frame({})],
  ["action_unknown", "an action of nobody", frame({ action: "SDP_OFFERS" })],
  ["action_unknown", "the route $connect", frame({ action: "$connect" })],
  ["action_unknown", "the route $disconnect", frame({ action: "$disconnect" })],
  ["action_unknown", "the route $default", frame({ action: "$default" })],
  ["action_unknown", "the action __proto__", frame({ action: "__proto__" })],
  ["topic_invalid", "no topic", JSON.stringify({ type: "publish" })],
  ["topic_invalid", "a topic of 257 bytes", JSON.stringify({ type: "subscribe", topics: ["t".repeat(257)] })],
  ["payload_missing", "no payload", frame({ action: "SDP_OFFER" })],
  ["payload_not_base64", "a payload that is not base64", offer("v=0")],
  ["payload_not_base64", "a payload that is a number", offer(7)],
  ["payload_not_json", "a payload that is not JSON", offer(notJson)],
  ["payload_wrong_shape", "an answer sent as an offer", offer(answerPayload)],
  ["seq_invalid", "the number 0", frame({ action: "SDP_OFFER", messagePayload: offerPayload, seq: 0 })],
  ["seq_invalid", "a number as text", frame({ action: "SDP_OFFER", messagePayload: offerPayload, seq: "1" })],
  ["frame_id_invalid", "a receipt of nothing", frame({ action: "ACK" })],
  ["frame_id_invalid", "a receipt of 65 characters", frame({ action: "ACK", frameId: "a".repeat(65) })],
];

export const masterFrames: readonly BadFrame[] = [
  ["recipient_missing", "nobody is named", answerTo()],
  ["recipient_invalid", "__proto__ is named", answerTo("__proto__")],
  ["recipient_invalid", "a number is named", answerTo(7)],
  ["recipient_not_allowed", "the master is named", answerTo("MASTER")],
];
