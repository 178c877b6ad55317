import type {
  Ending,
  FrameRecord,
  Kind,
  Ledger,
  Moment,
  SocketRecord,
} from "../../../../chaos/signaling/ledger.ts";

type Written<Record> = { -readonly [Key in keyof Record]: Record[Key] };
type Sends = (Moment & { readonly socket: string })[];
type WrittenFrame = Omit<FrameRecord, "sends"> & { readonly sends: Sends };

export interface FrameToWrite {
  readonly kind?: Kind;
  readonly to?: string;
  readonly ufrag?: string;
  readonly seq?: number;
  /** False: no correlation id. */
  readonly correlated?: boolean;
}

/** Writes a ledger by hand: what peers might have seen. */
export class WrittenLedger {
  #order = 0;
  #now = 1_000;
  readonly ledger;

  constructor({ ambiguous = false } = {}) {
    const empty = {
      members: [],
      clients: [],
      sockets: [],
      frames: [],
      relayed: [],
      answers: [],
      reports: [],
    };
    const rest = { gaps: [], acknowledgements: [], presences: [], gatewayErrors: [], strange: [], kills: [] };
    const settled = { order: 0, real: 0, earliest: 0, latest: 0 };
    this.ledger = { ambiguous, messageTtlMs: 60_000, ...empty, ...rest, settled } as unknown as {
      -readonly [Key in keyof Ledger]: Ledger[Key] extends readonly (infer Record)[] ? Record[] : Ledger[Key];
    };
  }

  /** So many milliseconds pass, on every clock. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #moment(): Moment {
    this.#order += 1;
    this.#now += 1;
    return { order: this.#order, real: this.#now, earliest: this.#now, latest: this.#now };
  }

  member(name: string, { tenant = "t", channel = "room" } = {}): string {
    const role = name === "MASTER" ? "MASTER" : name.startsWith("viewer") ? "VIEWER" : "PEER";
    const id = `${tenant}-${channel}-${name}`;
    this.ledger.members.push({ id, tenant, channel, name, role });
    return id;
  }

  /** A page with an open socket. */
  page(member: string, { announced = true } = {}): string {
    const client = `c${this.ledger.clients.length}`;
    this.ledger.clients.push({ id: client, member, announced });
    return this.reconnect(client);
  }

  reconnect(client: string): string {
    const id = `s${this.ledger.sockets.length}`;
    this.ledger.sockets.push({ id, client, began: this.#moment(), opened: this.#moment() });
    return id;
  }

  end(socket: string, how: Ending = "closed"): void {
    this.#socket(socket).end = { ...this.#moment(), how };
  }

  /** Sends a new frame. */
  send(
    socket: string,
    { kind = "SDP_OFFER", to = "MASTER", ufrag = "u1", seq, correlated = true }: FrameToWrite = {},
  ) {
    const id = `f${this.ledger.frames.length}`;
    const frame: WrittenFrame = {
      id,
      client: this.#socket(socket).client,
      to,
      kind,
      payload: `payload of ${id}`,
      ...(ufrag !== "" && { ufrag }),
      ...(seq !== undefined && { seq }),
      ...(correlated && { correlationId: `id-${id}` }),
      sends: [],
    };
    this.ledger.frames.push(frame);
    return this.sendAgain(socket, frame);
  }

  sendAgain(socket: string, frame: WrittenFrame): WrittenFrame {
    frame.sends.push({ ...this.#moment(), socket });
    return frame;
  }

  answer(
    socket: string,
    frame: WrittenFrame,
    code = "delivered",
    success = code === "delivered" || code === "queued",
  ) {
    const { correlationId, id } = frame;
    this.ledger.answers.push({
      ...this.#moment(),
      socket,
      correlationId,
      code,
      success,
      frameId: `id of ${id}`,
    });
  }

  report(socket: string, { correlationId = "", to, id }: WrittenFrame, code: string): void {
    const about = { recipientClientId: to, correlationId, frameId: `id of ${id}`, code };
    this.ledger.reports.push({ ...this.#moment(), socket, ...about });
  }

  /** The frame arrives, as it should but for `changes`. */
  arrive(socket: string, frame: WrittenFrame, changes: object = {}): void {
    const sender = this.ledger.clients.find(({ id }) => id === frame.client)?.member;
    const name = this.ledger.members.find(({ id }) => id === sender)?.name;
    this.ledger.relayed.push({
      ...this.#moment(),
      socket,
      messageType: frame.kind as Exclude<Kind, "ACK">,
      messagePayload: frame.payload ?? "",
      senderClientId: name === "MASTER" ? undefined : name,
      frameId: `id of ${frame.id}`,
      seq: frame.seq,
      ...changes,
    });
  }

  gap(socket: string, senderClientId: string, from: number, to: number): void {
    this.ledger.gaps.push({ ...this.#moment(), socket, senderClientId, from, to });
  }

  invocationFailed(socket: string): void {
    this.ledger.gatewayErrors.push({ ...this.#moment(), socket, message: "Internal server error" });
  }

  kill(): void {
    this.ledger.kills.push(this.#moment());
  }

  strange(socket: string, text: string): void {
    this.ledger.strange.push({ ...this.#moment(), socket, text, why: "unlike any frame" });
  }

  present(socket: string, ...members: string[]): void {
    this.ledger.presences.push({ ...this.#moment(), socket, members });
  }

  acknowledged(socket: string, frameId: string, senderClientId: string): void {
    this.ledger.acknowledgements.push({ ...this.#moment(), socket, frameId, senderClientId });
  }

  done(): Ledger {
    this.ledger.settled = this.#moment();
    return this.ledger;
  }

  #socket(id: string): Written<SocketRecord> {
    const socket = this.ledger.sockets.find((one) => one.id === id);
    if (!socket) throw new Error(`no socket ${id}`);
    return socket;
  }
}
