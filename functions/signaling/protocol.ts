import * as v from "valibot";
import { namePattern } from "../shared/client-id.ts";
import { readPayload } from "./payload.ts";

/** The actions of the KVS signaling protocol that carry a payload to another peer. */
export const relayedActions = ["SDP_OFFER", "SDP_ANSWER", "ICE_CANDIDATE"] as const;
export type RelayedAction = (typeof relayedActions)[number];

/** Those, and our receipt from end to end. */
export const actions = [...relayedActions, "ACK"] as const;
export type Action = (typeof actions)[number];

interface RefusalText {
  /** As in HTTP. */
  readonly status: number;
  /** KVS's name of the error. */
  readonly errorType: string;
  readonly description: string;
}

const invalid = (description: string): RefusalText => ({
  status: 400,
  errorType: "InvalidArgumentException",
  description,
});

/** Every cause for which a frame is refused. The socket stays open. */
export const refusals = {
  frame_not_json: invalid("The frame is not JSON."),
  frame_not_object: invalid("The frame is not a JSON object."),
  correlation_id_invalid: invalid("correlationId is not text of the form ^[a-zA-Z0-9_.-]{1,256}$."),
  frame_too_large: {
    status: 413,
    errorType: "InvalidArgumentException",
    description: "The frame has more bytes than your plan admits.",
  },
  action_missing: invalid("The frame has no action."),
  action_unknown: invalid("action is none of SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE, ACK."),
  payload_missing: invalid("The frame has no messagePayload."),
  payload_not_base64: invalid("messagePayload is not base64."),
  payload_not_json: invalid("messagePayload is not the base64 of JSON."),
  payload_wrong_shape: invalid("messagePayload is not what this action carries."),
  seq_invalid: invalid("seq is not a whole number from 1 on."),
  frame_id_invalid: invalid("frameId is not the id of a frame that arrived."),
  recipient_missing: invalid("The frame names no recipientClientId."),
  recipient_invalid: invalid("recipientClientId is not a client id."),
  recipient_not_allowed: {
    status: 403,
    errorType: "AccessDeniedException",
    description: "You may not send to this recipientClientId.",
  },
  recipient_not_connected: {
    status: 404,
    errorType: "ResourceNotFoundException",
    description: "The recipient is not connected, and this frame is not kept.",
  },
  superseded: {
    status: 409,
    errorType: "ConflictException",
    description: "A newer description of yours replaced this one, or this candidate's.",
  },
  expired: {
    status: 410,
    errorType: "ConflictException",
    description: "It came too late: its description, or its turn, is past its time.",
  },
  unknown: {
    status: 504,
    errorType: "ServiceUnavailableException",
    description: "The description may or may not have arrived. It is not sent again.",
  },
  undeliverable: {
    status: 413,
    errorType: "InvalidArgumentException",
    description: "API Gateway does not take this frame for the recipient.",
  },
  mailbox_full: {
    status: 429,
    errorType: "ClientLimitExceededException",
    description: "Too many frames wait for this recipient already.",
  },
  too_fast: {
    status: 429,
    errorType: "ClientLimitExceededException",
    description: "You send more frames a second than your plan admits.",
  },
  access_ended: {
    status: 403,
    errorType: "AccessDeniedException",
    description: "Your subscription gives no access any more.",
  },
  topic_invalid: invalid("A topic is missing, or is not text of 1 to 256 bytes."),
  too_many_topics: {
    status: 429,
    errorType: "ClientLimitExceededException",
    description: "A connection subscribes to at most 32 topics.",
  },
  topic_full: {
    status: 429,
    errorType: "ClientLimitExceededException",
    description: "The topic has 50 subscribers, which is the most.",
  },
  delivery_unavailable: {
    status: 503,
    errorType: "ServiceUnavailableException",
    description: "The frame could not be taken. Send it again.",
  },
  internal: {
    status: 500,
    errorType: "InternalFailure",
    description: "The service failed. The frame was not taken.",
  },
} as const satisfies Readonly<Record<string, RefusalText>>;

export type RefusalCode = keyof typeof refusals;

interface Addressed {
  /** Not looked at yet: what it must be depends on the sender's role. */
  readonly recipientClientId: unknown;
  readonly correlationId: string | undefined;
}

/** A frame to relay. */
export interface RelayedFrame extends Addressed {
  readonly action: RelayedAction;
  /** Base64 as the sender wrote it: relayed byte for byte. */
  readonly messagePayload: string;
  /** The payload's ICE username fragments. */
  readonly ufrags: readonly string[];
  /** A host candidate, as `readPayload` tells. */
  readonly isHost?: true;
  readonly seq: number | undefined;
}

/** The receipt of the frame with this id. */
export interface AckFrame extends Addressed {
  readonly action: "ACK";
  readonly frameId: string;
}

export type ParsedFrame =
  | { readonly kind: "frame"; readonly frame: RelayedFrame | AckFrame }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      /** When the frame had a valid one. */
      readonly correlationId: string | undefined;
      readonly action: Action | undefined;
    };

/** What the fields of a frame may hold. */
export const frameFields = {
  action: v.picklist(actions),
  correlationId: v.optional(v.pipe(v.string(), v.regex(namePattern))),
  seq: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  /** API Gateway's message ids and our hashes. */
  frameId: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9=+/_-]{1,64}$/)),
} as const;

/** Reads one text frame of at most `maxFrameBytes` bytes of UTF-8. Never throws. */
export function parseFrame(body: string, maxFrameBytes: number): ParsedFrame {
  let correlationId: string | undefined;
  let action: Action | undefined;
  const refused = (code: RefusalCode): ParsedFrame => ({ kind: "refused", code, correlationId, action });

  let frame: unknown;
  try {
    frame = JSON.parse(body);
  } catch {
    return refused(tooLarge(body, maxFrameBytes) ? "frame_too_large" : "frame_not_json");
  }
  if (!isObject(frame)) return refused("frame_not_object");

  const correlation = v.safeParse(frameFields.correlationId, frame.correlationId);
  if (!correlation.success) return refused("correlation_id_invalid");
  correlationId = correlation.output;
  if (tooLarge(body, maxFrameBytes)) return refused("frame_too_large");

  if (frame.action === undefined) return refused("action_missing");
  const parsedAction = v.safeParse(frameFields.action, frame.action);
  if (!parsedAction.success) return refused("action_unknown");
  action = parsedAction.output;

  const { messagePayload, recipientClientId } = frame;
  if (action === "ACK") {
    const frameId = v.safeParse(frameFields.frameId, frame.frameId);
    if (!frameId.success) return refused("frame_id_invalid");
    return { kind: "frame", frame: { action, frameId: frameId.output, recipientClientId, correlationId } };
  }
  if (messagePayload === undefined || messagePayload === "") return refused("payload_missing");
  if (typeof messagePayload !== "string") return refused("payload_not_base64");
  const payload = readPayload(action, messagePayload);
  if (payload.kind === "refused") return refused(payload.code);
  const seq = v.safeParse(frameFields.seq, frame.seq);
  if (!seq.success) return refused("seq_invalid");
  const { ufrags, isHost } = payload;
  return {
    kind: "frame",
    frame: {
      ...{ action, messagePayload, ufrags, seq: seq.output, recipientClientId, correlationId },
      ...(isHost && { isHost }),
    },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tooLarge = (body: string, maxFrameBytes: number): boolean => Buffer.byteLength(body) > maxFrameBytes;
