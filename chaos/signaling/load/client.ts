import { WebSocket } from "ws";
import type { ClientRecord, Ending, Kind, MemberRecord } from "../ledger.ts";
import { type Link, type Outgoing, openLink } from "./link.ts";
import { encoded, ufragOf } from "./payloads.ts";
import type { OpenedSocket, SentFrame } from "./recorder.ts";
import { Resending } from "./resending.ts";
import type { World } from "./world.ts";

/** `stock`: the npm client. `plain`: the same protocol by hand, as a PEER must. The others announce themselves. */
export type Style = "stock" | "plain" | "announced" | "numbered";

export interface ToSend {
  readonly kind: Exclude<Kind, "ACK">;
  readonly to: string;
  readonly json: object;
  readonly ufrag?: string;
  readonly correlated: boolean;
  /** Leaves so many numbers out ahead of this one. */
  readonly skip?: number;
}

export interface Arrival {
  readonly kind: Exclude<Kind, "ACK">;
  readonly from: string;
  readonly ufrag: string | undefined;
}

interface OpenSocket {
  readonly link: Link;
  readonly record: OpenedSocket;
}

/** A page, from its loading to its end. */
export class Client {
  readonly record: ClientRecord;
  readonly #world: World;
  readonly #member: MemberRecord;
  readonly #style: Style;
  readonly #open: OpenSocket[] = [];
  readonly #seen = new Set<string>();
  readonly #seqs = new Map<string, number>();
  readonly #resending: Resending;
  /** The ufrags of the SDPs that arrived. */
  readonly described = new Set<string>();
  onArrival: (arrival: Arrival) => void = () => {};
  mustReconnect = false;

  constructor(world: World, member: MemberRecord, style: Style) {
    this.#world = world;
    this.#member = member;
    this.#style = style;
    this.record = { id: world.newId("c"), member: member.id, announced: this.#announces };
    world.recorder.clients.push(this.record);
    this.#resending = new Resending((frame, outgoing) => this.#transmit(frame, outgoing));
  }

  get #announces(): boolean {
    return this.#style === "announced" || this.#style === "numbered";
  }

  get isOpen(): boolean {
    return this.#newest !== undefined;
  }

  get #newest(): OpenSocket | undefined {
    return this.#open.findLast(({ link }) => link.socket.readyState === WebSocket.OPEN);
  }

  /** Tries until a socket is open; then the newest is the one to send on. */
  async connect(): Promise<void> {
    const speaker = this.#style === "stock" ? "npm client" : "raw";
    const query = this.#announces ? { synapse: "1", instance: this.record.id } : {};
    for (let tries = 0; tries < 30 && !this.#world.over; tries += 1) {
      const id = this.#world.newId("s");
      const began = this.#world.recorder.began();
      const early: string[] = [];
      let record: OpenedSocket | undefined;
      const received = (text: string) => (record ? this.#receive(id, text) : early.push(text));
      const link = await openLink(this.#world.system, this.#member, speaker, query, received);
      if (!link) {
        await this.#world.pause(20);
        continue;
      }
      const opened = this.#world.recorder.opened(id, this.record.id, began);
      record = opened;
      this.#open.push({ link, record });
      link.socket.on("close", () => this.#world.recorder.ended(opened, "by the server"));
      for (const text of early) this.#receive(id, text);
      this.#resending.again();
      return;
    }
  }

  send({ kind, to, json, ufrag, correlated, skip = 0 }: ToSend): void {
    if (!this.#newest) return;
    const seq = this.#style === "numbered" ? (this.#seqs.get(to) ?? 0) + 1 + skip : undefined;
    if (seq !== undefined) this.#seqs.set(to, seq);
    const id = this.#world.newId("f");
    const common = {
      ...(correlated && { correlationId: `${this.record.id}.${id}` }),
      ...(seq !== undefined && { seq }),
    };
    const messagePayload = encoded(json);
    const frame: SentFrame = {
      id,
      client: this.record.id,
      to,
      kind,
      payload: messagePayload,
      ...(ufrag !== undefined && { ufrag }),
      ...common,
      sends: [],
    };
    const outgoing: Outgoing = { action: kind, json, messagePayload, ...this.#address(to), ...common };
    this.#transmit(frame, outgoing);
    if (correlated && this.#announces) this.#resending.expect(frame, outgoing);
  }

  /** A viewer reaches the master, whatever it names; the others must name whom they mean. */
  #address(to: string): { recipientClientId?: string } {
    if (this.#member.role !== "VIEWER") return { recipientClientId: to };
    const names = this.#style === "plain" && this.#world.random.chance(0.2);
    return names ? { recipientClientId: "viewer-1" } : {};
  }

  #transmit(frame: SentFrame, outgoing: Outgoing): boolean {
    const on = this.#newest;
    if (!on) return false;
    this.#world.recorder.sent(frame, on.record.id);
    on.link.send(outgoing);
    return true;
  }

  #receive(socket: string, text: string): void {
    const frame = this.#world.recorder.saw(socket, text);
    if (!frame || !("messageType" in frame)) return;
    if (frame.messageType === "GO_AWAY") this.mustReconnect = true;
    if (frame.messageType === "STATUS_RESPONSE") {
      const { correlationId, code } = frame.statusResponse;
      if (correlationId !== undefined) this.#resending.answered(correlationId, code);
    }
    // The end of a frame whose answer was lost.
    if (frame.messageType === "DELIVERY_REPORT") {
      for (const { correlationId, code } of frame.reports) this.#resending.answered(correlationId, code);
    }
    if (!("messagePayload" in frame)) return;
    const { messageType: kind, messagePayload, senderClientId: from = "MASTER", frameId } = frame;
    if (this.#announces && frameId !== undefined) {
      if (this.#seen.has(frameId)) return;
      this.#seen.add(frameId);
      if (kind !== "ICE_CANDIDATE") this.#acknowledge(frameId, from);
    }
    const ufrag = kind === "ICE_CANDIDATE" ? undefined : ufragOf(messagePayload);
    if (ufrag !== undefined) this.described.add(ufrag);
    this.onArrival({ kind, from, ufrag });
  }

  #acknowledge(frameId: string, to: string): void {
    const { acks, recorder } = this.#world;
    const on = this.#newest;
    if (!acks || !on) return;
    const id = this.#world.newId("f");
    const frame: SentFrame = { id, client: this.record.id, to, kind: "ACK", sends: [] };
    recorder.sent(frame, on.record.id);
    on.link.send({ action: "ACK", frameId, ...this.#address(to) });
  }

  /** What waits for an answer, and may still be sent again. */
  get unanswered(): number {
    return this.isOpen ? this.#resending.waiting : 0;
  }

  /** As a page that is closed or reloaded. Of more than one socket the `older` may be closed alone. */
  close(which: "all" | "older" = "all", how: "politely" | "at once" = "politely"): void {
    if (which === "all") this.#resending.stop();
    const sockets = which === "all" ? this.#open.splice(0) : this.#open.splice(0, this.#open.length - 1);
    for (const { link, record } of sockets) {
      this.#world.recorder.ended(record, "closed");
      if (how === "politely") link.socket.close();
      else link.socket.terminate();
    }
  }

  /** The network is lost, on every socket. */
  async vanish(how: Extract<Ending, "gone" | "half-open">): Promise<void> {
    for (const { link, record } of this.#open.splice(0)) {
      this.#world.recorder.ended(record, how);
      await this.#world.system.vanish(link.port, how);
      link.socket.terminate();
    }
  }
}
