import * as v from "valibot";

export type Direction = "sent" | "received";

/** One signaling frame as the log shows it. */
export interface Frame {
  readonly direction: Direction;
  /** `SDP_OFFER`, `STATUS_RESPONSE`, … or `not JSON`. */
  readonly kind: string;
  /** UTF-8 bytes on the wire. */
  readonly size: number;
  /** Whom it goes to or comes from: a client id, `master`, or `service`. */
  readonly peer: string;
  /** What a STATUS_RESPONSE says. */
  readonly status?: { readonly success: boolean; readonly words: string };
  /** Why access has ended, of a REVOKED frame. */
  readonly revoked?: string;
  /** What is inside, laid out to be read. */
  readonly content: string;
}

const envelope = v.object({
  action: v.optional(v.string()),
  messageType: v.optional(v.string()),
  messagePayload: v.optional(v.string()),
  recipientClientId: v.optional(v.string()),
  senderClientId: v.optional(v.string()),
  correlationId: v.optional(v.string()),
  reason: v.optional(v.string()),
  statusResponse: v.optional(
    v.object({
      correlationId: v.optional(v.string()),
      success: v.optional(v.boolean(), false),
      errorType: v.optional(v.string()),
      statusCode: v.optional(v.union([v.string(), v.pipe(v.number(), v.transform(String))])),
      description: v.optional(v.string()),
      code: v.optional(v.string()),
    }),
  ),
});
type Envelope = v.InferOutput<typeof envelope>;

/** Reads a frame of the KVS signaling protocol, whatever is in it. */
export function describeFrame(text: string, direction: Direction): Frame {
  const size = new TextEncoder().encode(text).length;
  const parsed = v.safeParse(envelope, parseJson(text));
  if (!parsed.success) return { direction, kind: "not JSON", size, peer: "service", content: text };
  const frame = parsed.output;
  const status = frame.statusResponse && statusOf(frame.statusResponse);
  return {
    direction,
    kind: (direction === "sent" ? frame.action : frame.messageType) ?? "no type",
    size,
    peer: peerOf(frame, direction),
    ...(status && { status }),
    ...(direction === "received" &&
      frame.messageType === "REVOKED" && { revoked: frame.reason ?? "no reason" }),
    content: frame.messagePayload === undefined ? pretty(text) : contentOf(frame.messagePayload),
  };
}

function peerOf(frame: Envelope, direction: Direction): string {
  if (direction === "sent") return frame.recipientClientId ?? "master";
  if (frame.messagePayload === undefined) return "service";
  return frame.senderClientId ?? "master";
}

function statusOf(status: NonNullable<Envelope["statusResponse"]>): { success: boolean; words: string } {
  const { success, errorType, statusCode, description, code } = status;
  if (success) return { success, words: code ?? description ?? "accepted" };
  const cause = [code ?? errorType, statusCode].filter((part) => part !== undefined).join(" ");
  return { success, words: [description, cause && `(${cause})`].filter(Boolean).join(" ") || "refused" };
}

/** The payload is base64 of JSON: a session description or a candidate. Their text is what one reads. */
function contentOf(messagePayload: string): string {
  const decoded = decodeBase64(messagePayload);
  if (decoded === undefined) return messagePayload;
  const payload = v.safeParse(
    v.object({ sdp: v.optional(v.string()), candidate: v.optional(v.string()) }),
    parseJson(decoded),
  );
  if (!payload.success) return decoded;
  return payload.output.sdp ?? payload.output.candidate ?? pretty(decoded);
}

function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pretty = (text: string): string => JSON.stringify(parseJson(text), undefined, 2) ?? text;
