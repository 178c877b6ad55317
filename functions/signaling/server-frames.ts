import * as v from "valibot";
import { denials } from "../billing/access/entitlement.ts";
import { role } from "./identity.ts";
import { frameFields, relayedActions } from "./protocol.ts";
import { fates } from "./settle.ts";
import { departureCauses } from "./wake-ups.ts";

const { correlationId, frameId, seq } = frameFields;
const epochMilliseconds = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  v.description("epoch milliseconds"),
);
const memberName = v.pipe(v.string(), v.description("A client id, or MASTER"));
const senderClientId = v.optional(v.pipe(v.string(), v.description("Absent when the master sends")));

/**
 * Every frame that the server sends, by its `messageType`. `frames.ts` and `answers.ts` write these types; the
 * schemas are read by tests and by the AsyncAPI document, and are in no function's bundle.
 */
export const serverFrames = {
  relayed: v.object({
    messageType: v.picklist(relayedActions),
    messagePayload: v.pipe(v.string(), v.description("base64 of JSON, byte for byte as it was sent")),
    senderClientId,
    frameId,
    seq,
  }),
  ACK: v.object({ messageType: v.literal("ACK"), frameId, senderClientId }),
  STATUS_RESPONSE: v.object({
    messageType: v.literal("STATUS_RESPONSE"),
    statusResponse: v.object({
      correlationId,
      frameId: v.optional(frameId),
      success: v.boolean(),
      errorType: v.optional(v.pipe(v.string(), v.description("KVS's name of the error, when it failed"))),
      statusCode: v.pipe(v.string(), v.regex(/^[2-5][0-9]{2}$/), v.description("As in HTTP")),
      description: v.string(),
      code: v.pipe(v.string(), v.description("The exact cause: docs/errors.md")),
    }),
  }),
  DELIVERY_REPORT: v.object({
    messageType: v.literal("DELIVERY_REPORT"),
    reports: v.array(
      v.object({ recipientClientId: memberName, correlationId, frameId, code: v.picklist(fates) }),
    ),
  }),
  SEQUENCE_GAP: v.object({
    messageType: v.literal("SEQUENCE_GAP"),
    senderClientId,
    from: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    to: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  }),
  PRESENCE: v.object({
    messageType: v.literal("PRESENCE"),
    event: v.picklist(["present", "joined", "left"]),
    members: v.array(
      v.object({
        clientId: memberName,
        role,
        since: epochMilliseconds,
        cause: v.optional(v.pipe(v.picklist(departureCauses), v.description("When it left"))),
      }),
    ),
  }),
  SUPERSEDED: v.object({ messageType: v.literal("SUPERSEDED") }),
  REVOKED: v.object({
    messageType: v.literal("REVOKED"),
    reason: v.pipe(v.picklist(denials), v.description("Why there is no access: docs/billing.md")),
  }),
  GO_AWAY: v.object({ messageType: v.literal("GO_AWAY"), closesAt: epochMilliseconds }),
  KEEPALIVE: v.object({ messageType: v.literal("KEEPALIVE") }),
} as const;

export type ServerFrame = {
  [Name in keyof typeof serverFrames]: v.InferInput<(typeof serverFrames)[Name]>;
}[keyof typeof serverFrames];
