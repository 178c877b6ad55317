import { once } from "node:events";
import { WebSocket } from "ws";
import type { Proof } from "./running-program.ts";

/** A WebSocket whose frames are sent as they are given, with what it has received. */
export interface RawSocket {
  readonly status: 101;
  readonly socket: WebSocket;
  readonly received: readonly string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The messages received from the given one on, once there are so many. */
  next(count: number, from?: number): Promise<readonly string[]>;
}

export interface RefusedHandshake {
  readonly status: number;
  readonly body: { readonly message: string; readonly connectionId: string; readonly requestId: string };
}

/** Connects without a KVS client's own checks, and tells how the handshake ended. Rejects without an answer. */
export async function openSocket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawSocket | RefusedHandshake> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  const received: string[] = [];
  let changed = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    received.push(String(data));
    changed.resolve();
    changed = Promise.withResolvers();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  const refused = once(socket, "unexpected-response").then(async ([, response]) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, body: JSON.parse(String(Buffer.concat(chunks))) };
  });
  // A refused handshake is an error event too, and one that succeeds leaves the other wait behind.
  refused.catch(() => {});
  const opened = once(socket, "open").then(() => undefined);
  const refusal = await Promise.race([opened, refused]);
  if (refusal) return refusal;
  const next = async (count: number, from = 0): Promise<readonly string[]> => {
    while (received.length < from + count) await changed.promise;
    return received.slice(from, from + count);
  };
  return { status: 101, socket, received, closed, next };
}

/** Connects with a proof as it was given. Rejects when it is refused. */
export async function connected({ proof, url }: Proof): Promise<RawSocket> {
  const opened = await openSocket(`${url}?proof=${proof}`);
  if ("socket" in opened) return opened;
  throw new Error(`the handshake was refused: ${opened.status} ${opened.body.message}`);
}

/** `messagePayload` as the npm client writes it. */
export const payloadOf = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString("base64");

/** A frame with an ICE candidate. */
export const candidateFrame = (correlationId: string, more: object = {}): string =>
  JSON.stringify({
    action: "ICE_CANDIDATE",
    messagePayload: payloadOf({ candidate: `candidate:${correlationId}`, sdpMid: "0" }),
    correlationId,
    ...more,
  });

/** A frame with an offer: unlike a candidate it waits for no other frame. */
export const offerFrame = (correlationId: string, more: object = {}): string =>
  JSON.stringify({
    action: "SDP_OFFER",
    messagePayload: payloadOf({ type: "offer", sdp: `v=0\r\ns=${correlationId}\r\n` }),
    correlationId,
    ...more,
  });
