import type * as Kvs from "amazon-kinesis-video-streams-webrtc";
import type { Identity } from "./identity.ts";
import { observeNextSocket, type SocketObserver } from "./observed-web-socket.ts";

declare global {
  interface Window {
    /** What the client's own browser build, `kvs-webrtc.min.js`, leaves behind. */
    readonly KVSWebRTC: typeof Kvs;
  }
}

/**
 * Opens the unmodified KVS client on `url` with a proof. Handlers for its events can still be attached
 * when this returns: nothing has been sent yet.
 */
export function openSignaling(
  { role, channel, clientId }: Identity,
  { proof, url }: { readonly proof: string; readonly url: string },
  observer: SocketObserver,
): Kvs.SignalingClient {
  const { Role, SignalingClient } = window.KVSWebRTC;
  const client = new SignalingClient({
    role: Role[role],
    ...(role === "VIEWER" && clientId !== undefined && { clientId }),
    channelARN: channel,
    channelEndpoint: url,
    region: "local",
    requestSigner: {
      getSignedURL: async (endpoint, query) => {
        const signed = `${endpoint}?${new URLSearchParams({ ...query, proof })}`;
        observeNextSocket(signed, observer);
        return signed;
      },
    },
  });
  client.open();
  return client;
}
