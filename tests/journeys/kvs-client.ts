import { type Role, SignalingClient } from "amazon-kinesis-video-streams-webrtc";
import type { Proof } from "./running-program.ts";

export interface StatusResponse {
  readonly correlationId: string;
  readonly success: boolean;
  readonly errorType: string;
  readonly statusCode: string;
  readonly description: string;
}

interface Events {
  sdpOffer: { readonly description: RTCSessionDescriptionInit; readonly from: string | undefined };
  sdpAnswer: { readonly description: RTCSessionDescriptionInit; readonly from: string | undefined };
  iceCandidate: { readonly candidate: RTCIceCandidateInit; readonly from: string | undefined };
  statusResponse: StatusResponse;
}

/** An unmodified client of the npm package, connected, with its events waiting to be read in order. */
export interface ConnectedClient {
  readonly client: SignalingClient;
  /** The next event of that name, whether it came already or will. */
  next<Name extends keyof Events>(name: Name): Promise<Events[Name]>;
  /** Everything received so far and not read yet. */
  unread(): readonly string[];
}

/** Connects with the proof, as the README shows. Rejects when the handshake is refused. */
export async function connectClient(
  { proof, url }: Pick<Proof, "proof" | "url">,
  channel: string,
  role: "MASTER" | "VIEWER",
  clientId?: string,
): Promise<ConnectedClient> {
  const client = new SignalingClient({
    role: role as Role,
    ...(clientId !== undefined && { clientId }),
    channelARN: channel,
    channelEndpoint: url,
    region: "any",
    requestSigner: {
      getSignedURL: async (endpoint: string, query: Record<string, string>) =>
        `${endpoint}?${new URLSearchParams({ ...query, proof })}`,
    },
  });
  const inbox = new Inbox();
  client.on("sdpOffer", (description, from) => inbox.put("sdpOffer", { description, from }));
  client.on("sdpAnswer", (description, from) => inbox.put("sdpAnswer", { description, from }));
  client.on("iceCandidate", (candidate, from) => inbox.put("iceCandidate", { candidate, from }));
  client.on("statusResponse", (status) => inbox.put("statusResponse", status));
  await new Promise<void>((resolve, reject) => {
    client.on("open", () => resolve());
    client.on("error", reject);
    client.on("close", () => reject(new Error("closed before it was open")));
    client.open();
  });
  return { client, next: (name) => inbox.take(name), unread: () => inbox.names() };
}

class Inbox {
  readonly #events: { readonly name: string; readonly event: unknown }[] = [];
  readonly #readers: { readonly name: string; readonly read: (event: unknown) => void }[] = [];

  put(name: string, event: unknown): void {
    const reader = this.#readers.findIndex((waiting) => waiting.name === name);
    if (reader < 0) this.#events.push({ name, event });
    else this.#readers.splice(reader, 1)[0]?.read(event);
  }

  take<Name extends keyof Events>(name: Name): Promise<Events[Name]> {
    const index = this.#events.findIndex((event) => event.name === name);
    if (index >= 0) return Promise.resolve(this.#events.splice(index, 1)[0]?.event as Events[Name]);
    return new Promise((resolve) =>
      this.#readers.push({ name, read: (event) => resolve(event as Events[Name]) }),
    );
  }

  names(): string[] {
    return this.#events.map(({ name }) => name);
  }
}
