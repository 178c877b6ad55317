import { Role, SignalingClient } from "amazon-kinesis-video-streams-webrtc";
import { WebSocket } from "ws";
import type { MemberRecord } from "../ledger.ts";
import type { System } from "./system.ts";

export interface Outgoing {
  readonly action: string;
  readonly json?: object | undefined;
  readonly messagePayload?: string | undefined;
  readonly recipientClientId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly seq?: number | undefined;
  readonly frameId?: string | undefined;
}

/** An open socket of a client. */
export interface Link {
  readonly socket: WebSocket;
  /** The client's own end of the TCP connection. */
  readonly port: number;
  send(frame: Outgoing): void;
}

export type Speaker = "npm client" | "raw";

/** Sockets that are being opened, by their URL. */
const awaited = new Map<string, (socket: WebSocket) => void>();

/** A `ws` socket in the place of the browser's, which shows itself to who awaits it. */
class ShownWebSocket extends WebSocket {
  constructor(url: string) {
    super(url, { perMessageDeflate: false });
    awaited.get(url)?.(this);
  }
}

/**
 * Connects a member with a new proof. `received` is called with every message from the first on. Undefined
 * when no proof was given or the handshake was refused: try again.
 */
export async function openLink(
  system: System,
  member: MemberRecord,
  speaker: Speaker,
  query: Readonly<Record<string, string>>,
  received: (text: string) => void,
): Promise<Link | undefined> {
  const proof = await system.proof(member).catch(() => undefined);
  if (!proof) return undefined;
  if (speaker === "raw") {
    const url = `${proof.url}?${new URLSearchParams({ proof: proof.proof, ...query })}`;
    return opened(new ShownWebSocket(url), received, (socket, { json: _, ...frame }) =>
      socket.send(JSON.stringify(frame)),
    );
  }
  globalThis.WebSocket = ShownWebSocket as unknown as typeof globalThis.WebSocket;
  const client = new SignalingClient({
    role: member.role === "MASTER" ? Role.MASTER : Role.VIEWER,
    ...(member.role !== "MASTER" && { clientId: member.name }),
    channelARN: member.channel,
    channelEndpoint: proof.url,
    region: "any",
    requestSigner: {
      getSignedURL: async (endpoint: string, claims: Record<string, string>) => {
        const url = `${endpoint}?${new URLSearchParams({ ...claims, proof: proof.proof })}`;
        awaited.set(url, (socket) => {
          awaited.delete(url);
          shown(socket);
        });
        return url;
      },
    },
  });
  const { promise, resolve: shown } = Promise.withResolvers<WebSocket>();
  client.on("error", () => {});
  client.open();
  return opened(await promise, received, (_, frame) => sendAsKvs(client, frame));
}

function opened(
  socket: WebSocket,
  received: (text: string) => void,
  send: (socket: WebSocket, frame: Outgoing) => void,
): Promise<Link | undefined> {
  return new Promise((resolve) => {
    let port = 0;
    socket.on("message", (data) => received(String(data)));
    socket.once("upgrade", (response) => {
      port = response.socket.localPort ?? 0;
    });
    socket.once("open", () => resolve({ socket, port, send: (frame) => send(socket, frame) }));
    socket.once("close", () => resolve(undefined));
    socket.on("error", () => resolve(undefined));
  });
}

function sendAsKvs(
  client: SignalingClient,
  { action, json, recipientClientId, correlationId }: Outgoing,
): void {
  const object = { ...json, toJSON: () => json };
  if (action === "SDP_OFFER") {
    client.sendSdpOffer(object as unknown as RTCSessionDescription, recipientClientId, correlationId);
  } else if (action === "SDP_ANSWER") {
    client.sendSdpAnswer(object as unknown as RTCSessionDescription, recipientClientId, correlationId);
  } else {
    client.sendIceCandidate(object as unknown as RTCIceCandidate, recipientClientId, correlationId);
  }
}
