import * as v from "valibot";
import { namePattern } from "../shared/client-id.ts";
import { payloadProblem } from "./payload.ts";

/** The actions of the KVS signaling protocol that carry a payload to another peer. */
export const actions = ["SDP_OFFER", "SDP_ANSWER", "ICE_CANDIDATE"] as const;
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
  action_unknown: invalid("action is none of SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE."),
  payload_missing: invalid("The frame has no messagePayload."),
  payload_not_base64: invalid("messagePayload is not base64."),
  payload_not_json: invalid("messagePayload is not the base64 of JSON."),
  payload_wrong_shape: invalid("messagePayload is not what this action carries."),
  recipient_missing: invalid("The frame names no recipientClientId."),
  recipient_invalid: invalid("recipientClientId is not a client id."),
  recipient_not_allowed: {
    status: 403,
    errorType: "AccessDeniedException",
    description: "You may not send to this recipientClientId.",
  },
  superseded: {
    status: 409,
    errorType: "ConflictException",
    description: "A newer description of yours replaced this one, or this candidate's.",
  },
  expired: {
    status: 410,
    errorType: "ConflictException",
    description: "The description that this candidate belongs to found nobody in time.",
  },
  too_many_waiting: {
    status: 429,
    errorType: "ClientLimitExceededException",
    description: "The candidate came before its description, and too many wait already.",
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

export interface Frame {
  readonly action: Action;
  /** Base64 as the sender wrote it: relayed byte for byte. */
  readonly messagePayload: string;
  /** Not looked at yet: what it must be depends on the sender's role. */
  readonly recipientClientId: unknown;
  readonly correlationId: string | undefined;
}

export type ParsedFrame =
  | { readonly kind: "frame"; readonly frame: Frame }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      /** When the frame had a valid one. */
      readonly correlationId: string | undefined;
      readonly action: Action | undefined;
    };

const correlationIds = v.optional(v.pipe(v.string(), v.regex(namePattern)));
const knownAction = v.picklist(actions);

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

  const correlation = v.safeParse(correlationIds, frame.correlationId);
  if (!correlation.success) return refused("correlation_id_invalid");
  correlationId = correlation.output;
  if (tooLarge(body, maxFrameBytes)) return refused("frame_too_large");

  if (frame.action === undefined) return refused("action_missing");
  const parsedAction = v.safeParse(knownAction, frame.action);
  if (!parsedAction.success) return refused("action_unknown");
  action = parsedAction.output;

  const { messagePayload, recipientClientId } = frame;
  if (messagePayload === undefined || messagePayload === "") return refused("payload_missing");
  if (typeof messagePayload !== "string") return refused("payload_not_base64");
  const problem = payloadProblem(action, messagePayload);
  if (problem) return refused(problem);
  return { kind: "frame", frame: { action, messagePayload, recipientClientId, correlationId } };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tooLarge = (body: string, maxFrameBytes: number): boolean => Buffer.byteLength(body) > maxFrameBytes;
