import type { SignalingClient } from "amazon-kinesis-video-streams-webrtc";
import { describeFrame, type Frame } from "./frame.ts";
import type { Identity } from "./identity.ts";
import { type Access, obtainProof } from "./obtain-proof.ts";
import { openSignaling } from "./open-signaling.ts";
import { PeerLink } from "./peer-link.ts";
import type { Services } from "./services.ts";

export const steps = ["proof", "socket", "signaling", "channel"] as const;
export type Step = (typeof steps)[number];

/** What happens to a peer. Times are milliseconds since it began to connect. */
export interface PeerEvents {
  reached(step: Step, at: number): void;
  frame(frame: Frame, at: number): void;
  message(from: string, text: string): void;
  /** The other side's data channel is gone; the socket stays, and `remaining` other channels. */
  left(from: string, remaining: number): void;
  problem(words: string): void;
  /** The socket is gone, or was never let in; `revoked` is the reason of the REVOKED frame before. Nothing follows. */
  closed(code: number, reason: string, wasOpen: boolean, revoked: string | undefined): void;
  /** No proof, so no socket. Nothing follows. */
  refused(words: string): void;
}

/** Events of a peer that has left are dropped: its panel may show the next one already. */
function whilePresent(events: PeerEvents, isPresent: () => boolean): PeerEvents {
  const guard =
    <Arguments extends unknown[]>(tell: (...details: Arguments) => void) =>
    (...details: Arguments) => {
      if (isPresent()) tell(...details);
    };
  return {
    reached: guard(events.reached),
    frame: guard(events.frame),
    message: guard(events.message),
    left: guard(events.left),
    problem: guard(events.problem),
    closed: guard(events.closed),
    refused: guard(events.refused),
  };
}

/** A peer that is connecting or connected. */
export class Peer {
  readonly #identity: Identity;
  readonly #services: Services;
  readonly #events: PeerEvents;
  readonly #started = performance.now();
  /** By the other side's client id; a viewer's only one is `master`. */
  readonly #links = new Map<string, PeerLink>();
  #client: SignalingClient | undefined;
  #iceServers: readonly RTCIceServer[] = [];
  #isSocketOpen = false;
  #hasLeft = false;
  #revoked: string | undefined;

  constructor(identity: Identity, services: Services, events: PeerEvents) {
    this.#identity = identity;
    this.#services = services;
    this.#events = whilePresent(events, () => !this.#hasLeft);
  }

  /** Proof, socket, and for a viewer the call. Tells the rest by events. */
  async connect(): Promise<void> {
    const outcome = await obtainProof(this.#services, this.#identity);
    if (this.#hasLeft) return;
    if (outcome.kind === "refused") return this.#events.refused(outcome.words);
    this.#events.reached("proof", this.#elapsed());
    this.#iceServers = outcome.iceServers;
    this.#client = this.#open(outcome);
  }

  /** Sends to every open data channel, and says to how many. */
  say(text: string): number {
    const open = this.#openLinks();
    for (const link of open) link.say(text);
    return open.length;
  }

  /** Ends everything; no event follows. */
  leave(): void {
    this.#hasLeft = true;
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    this.#client?.close();
  }

  #open(outcome: Access): SignalingClient {
    const client = openSignaling(this.#identity, outcome, {
      opened: () => {
        this.#isSocketOpen = true;
        this.#events.reached("socket", this.#elapsed());
      },
      sent: (text) => this.#events.frame(describeFrame(text, "sent"), this.#elapsed()),
      received: (text) => this.#received(describeFrame(text, "received")),
      closed: (code, reason) => this.#closed(code, reason),
    });
    // The client repeats as an event what the observer was told with more detail.
    client.on("error", () => {});
    client.on("iceCandidate", (candidate: RTCIceCandidateInit, from?: string) => {
      this.#links
        .get(from ?? "master")
        ?.addCandidate(candidate)
        .catch((fault: unknown) => this.#fail("The browser refused a candidate", fault));
    });
    if (this.#identity.role === "MASTER") this.#answerOffers(client);
    else this.#callMaster(client);
    return client;
  }

  #answerOffers(client: SignalingClient): void {
    client.on("sdpOffer", (offer: RTCSessionDescriptionInit, viewer?: string) => {
      if (viewer === undefined) return;
      this.#links.get(viewer)?.close();
      const link = this.#link(client, viewer);
      this.#settle("answer the offer", async () => {
        const answer = await link.answer(offer);
        client.sendSdpAnswer(answer, viewer, crypto.randomUUID());
        this.#events.reached("signaling", this.#elapsed());
      });
    });
  }

  #callMaster(client: SignalingClient): void {
    client.on("open", () => {
      const link = this.#link(client, "master");
      this.#settle("make an offer", async () =>
        client.sendSdpOffer(await link.offer(), undefined, crypto.randomUUID()),
      );
    });
    client.on("sdpAnswer", (answer: RTCSessionDescriptionInit) => {
      this.#settle("take the answer", async () => {
        await this.#links.get("master")?.accept(answer);
        this.#events.reached("signaling", this.#elapsed());
      });
    });
  }

  #link(client: SignalingClient, other: string): PeerLink {
    const recipient = this.#identity.role === "MASTER" ? other : undefined;
    const link = new PeerLink(this.#iceServers, {
      candidate: (candidate) => {
        if (this.#isSocketOpen) client.sendIceCandidate(candidate, recipient, crypto.randomUUID());
      },
      opened: () => this.#events.reached("channel", this.#elapsed()),
      message: (text) => this.#events.message(other, text),
      closed: () => {
        // Else the client gives candidates that overtake the next offer to nobody.
        client.resetIceCandidateState(recipient);
        link.close();
        this.#links.delete(other);
        this.#events.left(other, this.#openLinks().length);
      },
      failed: (words) => this.#events.problem(words),
    });
    this.#links.set(other, link);
    return link;
  }

  #received(frame: Frame): void {
    this.#events.frame(frame, this.#elapsed());
    this.#revoked = frame.revoked ?? this.#revoked;
    if (frame.status?.success === false) {
      this.#events.problem(`The service refused a frame: ${frame.status.words}`);
    }
  }

  #closed(code: number, reason: string): void {
    const wasOpen = this.#isSocketOpen;
    this.#isSocketOpen = false;
    this.#events.closed(code, reason, wasOpen, this.#revoked);
    this.leave();
  }

  /** Runs a step of the negotiation. */
  #settle(what: string, step: () => Promise<void>): void {
    step().catch((fault: unknown) => this.#fail(`The browser could not ${what}`, fault));
  }

  #fail(words: string, fault: unknown): void {
    this.#events.problem(`${words}: ${fault instanceof Error ? fault.message : fault}`);
  }

  #openLinks(): PeerLink[] {
    return [...this.#links.values()].filter((link) => link.isOpen);
  }

  #elapsed(): number {
    return performance.now() - this.#started;
  }
}
