export interface LinkEvents {
  candidate(candidate: RTCIceCandidate): void;
  opened(): void;
  message(text: string): void;
  closed(): void;
  failed(words: string): void;
}

/** The WebRTC connection with one other peer, and the data channel on it. */
export class PeerLink {
  readonly #connection: RTCPeerConnection;
  readonly #events: LinkEvents;
  #channel: RTCDataChannel | undefined;

  constructor(iceServers: readonly RTCIceServer[], events: LinkEvents) {
    this.#events = events;
    this.#connection = new RTCPeerConnection({ iceServers: [...iceServers] });
    this.#connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.candidate) events.candidate(candidate);
    });
    this.#connection.addEventListener("datachannel", ({ channel }) => this.#use(channel));
    this.#connection.addEventListener("connectionstatechange", () => {
      if (this.#connection.connectionState === "failed") {
        events.failed("The two peers exchanged their addresses but could not reach each other (ICE failed).");
      }
    });
  }

  get isOpen(): boolean {
    return this.#channel?.readyState === "open";
  }

  /** The calling side: makes the data channel and the offer for it. */
  async offer(): Promise<RTCSessionDescription> {
    this.#use(this.#connection.createDataChannel("chat"));
    await this.#connection.setLocalDescription();
    return this.#localDescription();
  }

  /** The called side: takes the offer and answers it. */
  async answer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescription> {
    await this.#connection.setRemoteDescription(offer);
    await this.#connection.setLocalDescription();
    return this.#localDescription();
  }

  accept(answer: RTCSessionDescriptionInit): Promise<void> {
    return this.#connection.setRemoteDescription(answer);
  }

  addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    return this.#connection.addIceCandidate(candidate);
  }

  say(text: string): void {
    this.#channel?.send(text);
  }

  close(): void {
    this.#channel = undefined;
    this.#connection.close();
  }

  #use(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.addEventListener("open", () => this.#events.opened());
    channel.addEventListener("message", ({ data }) => this.#events.message(String(data)));
    channel.addEventListener("close", () => {
      if (this.#channel === channel) this.#events.closed();
    });
  }

  #localDescription(): RTCSessionDescription {
    const description = this.#connection.localDescription;
    if (!description) throw new Error("The browser made no session description");
    return description;
  }
}
