import * as v from "valibot";

// What a server may send, as docs/signaling.md says: written here once more, so that the product's own
// schemas are judged too.

const text = v.pipe(v.string(), v.minLength(1));
const member = v.object({
  clientId: text,
  role: v.picklist(["MASTER", "VIEWER", "PEER"]),
  since: v.number(),
  cause: v.optional(v.picklist(["left", "gone", "timed_out", "superseded"])),
});

/** Messages with a `messageType`, and API Gateway's own without one. */
export const serverFrame = v.union([
  v.strictObject({
    messageType: v.picklist(["SDP_OFFER", "SDP_ANSWER", "ICE_CANDIDATE"]),
    messagePayload: text,
    senderClientId: v.optional(text),
    frameId: v.optional(text),
    seq: v.optional(v.number()),
  }),
  v.strictObject({
    messageType: v.literal("STATUS_RESPONSE"),
    statusResponse: v.strictObject({
      correlationId: v.optional(text),
      success: v.boolean(),
      statusCode: v.pipe(v.string(), v.regex(/^[245]\d\d$/)),
      description: text,
      code: text,
      frameId: v.optional(text),
      errorType: v.optional(text),
    }),
  }),
  v.strictObject({
    messageType: v.literal("DELIVERY_REPORT"),
    reports: v.pipe(
      v.array(v.strictObject({ recipientClientId: text, correlationId: text, frameId: text, code: text })),
      v.minLength(1),
    ),
  }),
  v.strictObject({
    messageType: v.literal("SEQUENCE_GAP"),
    senderClientId: v.optional(text),
    from: v.number(),
    to: v.number(),
  }),
  v.strictObject({
    messageType: v.literal("ACK"),
    frameId: text,
    senderClientId: v.optional(text),
  }),
  v.strictObject({
    messageType: v.literal("PRESENCE"),
    event: v.picklist(["present", "joined", "left"]),
    members: v.array(member),
  }),
  v.strictObject({ messageType: v.literal("SUPERSEDED") }),
  v.strictObject({ messageType: v.literal("GO_AWAY"), closesAt: v.number() }),
  v.strictObject({ messageType: v.literal("KEEPALIVE") }),
  v.strictObject({ message: text, connectionId: text, requestId: text }),
]);

export type ServerFrame = v.InferOutput<typeof serverFrame>;
