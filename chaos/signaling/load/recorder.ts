import * as v from "valibot";
import type { LocalTime } from "../../local-clock.ts";
import type {
  AcknowledgementRecord,
  AnswerRecord,
  ClientRecord,
  Ending,
  FrameRecord,
  GapRecord,
  GatewayErrorRecord,
  Ledger,
  MemberRecord,
  Moment,
  PresenceRecord,
  RelayedRecord,
  ReportRecord,
  SocketRecord,
  StrangeRecord,
} from "../ledger.ts";
import { type ServerFrame, serverFrame } from "./server-frames.ts";

/** A socket that may end. */
export type OpenedSocket = { -readonly [Key in keyof SocketRecord]: SocketRecord[Key] };
/** A frame that may be sent again. */
export type SentFrame = Omit<FrameRecord, "sends"> & {
  readonly sends: (Moment & { readonly socket: string })[];
};

/** Writes down what sockets see, in the order in which they see it. */
export class Recorder {
  readonly #time: LocalTime;
  #order = 0;
  #lastSeen = performance.now();
  readonly members: MemberRecord[] = [];
  readonly clients: ClientRecord[] = [];
  readonly sockets: OpenedSocket[] = [];
  readonly frames: SentFrame[] = [];
  readonly relayed: RelayedRecord[] = [];
  readonly answers: AnswerRecord[] = [];
  readonly reports: ReportRecord[] = [];
  readonly gaps: GapRecord[] = [];
  readonly acknowledgements: AcknowledgementRecord[] = [];
  readonly presences: PresenceRecord[] = [];
  readonly gatewayErrors: GatewayErrorRecord[] = [];
  readonly strange: StrangeRecord[] = [];
  readonly kills: Moment[] = [];

  constructor(time: LocalTime) {
    this.#time = time;
  }

  #moment(): Moment {
    this.#order += 1;
    return { order: this.#order, real: performance.now(), ...this.#time() };
  }

  /** Milliseconds since a socket saw something other than a keepalive. */
  get quietFor(): number {
    return performance.now() - this.#lastSeen;
  }

  /** The moment before something that is noted when it is done. */
  began(): Moment {
    return this.#moment();
  }

  opened(id: string, client: string, began: Moment): OpenedSocket {
    const socket: OpenedSocket = { id, client, began, opened: this.#moment() };
    this.sockets.push(socket);
    return socket;
  }

  /** The first end counts. */
  ended(socket: OpenedSocket, how: Ending): void {
    if (!socket.end) socket.end = { ...this.#moment(), how };
  }

  sent(frame: SentFrame, socket: string): void {
    if (frame.sends.length === 0) this.frames.push(frame);
    frame.sends.push({ ...this.#moment(), socket });
  }

  /** Instances died, not before `asked`. */
  killed(asked: Moment): void {
    this.kills.push(asked, this.#moment());
  }

  /** Notes a message of the server, and returns it when it is one of the protocol. */
  saw(socket: string, text: string): ServerFrame | undefined {
    const at = { ...this.#moment(), socket };
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), serverFrame), text);
    if (!parsed.success) {
      const why = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ""} ${issue.message}`).join("; ");
      this.strange.push({ ...at, text, why });
      return undefined;
    }
    const frame = parsed.output;
    if (!("messageType" in frame) || frame.messageType !== "KEEPALIVE") this.#lastSeen = performance.now();
    this.#note(frame, at);
    return frame;
  }

  #note(frame: ServerFrame, at: Moment & { readonly socket: string }): void {
    if (!("messageType" in frame)) {
      this.gatewayErrors.push({ ...at, message: frame.message });
      return;
    }
    switch (frame.messageType) {
      case "SDP_OFFER":
      case "SDP_ANSWER":
      case "ICE_CANDIDATE":
        this.relayed.push({ ...at, ...frame });
        return;
      case "STATUS_RESPONSE": {
        const { correlationId, code, success, frameId } = frame.statusResponse;
        this.answers.push({ ...at, correlationId, code, success, frameId });
        return;
      }
      case "DELIVERY_REPORT":
        for (const report of frame.reports) this.reports.push({ ...at, ...report });
        return;
      case "SEQUENCE_GAP":
        this.gaps.push({ ...at, senderClientId: frame.senderClientId, from: frame.from, to: frame.to });
        return;
      case "ACK":
        this.acknowledgements.push({ ...at, senderClientId: frame.senderClientId, frameId: frame.frameId });
        return;
      case "PRESENCE":
        this.presences.push({ ...at, members: frame.members.map(({ clientId }) => clientId) });
    }
  }

  ledger(ambiguous: boolean, messageTtlMs: number): Ledger {
    const { members, clients, sockets, frames, relayed, answers, reports, gaps } = this;
    const { acknowledgements, presences, gatewayErrors, strange, kills } = this;
    return {
      ambiguous,
      messageTtlMs,
      settled: this.#moment(),
      ...{ members, clients, sockets, frames, relayed, answers, reports, gaps },
      ...{ acknowledgements, presences, gatewayErrors, strange, kills },
    };
  }
}
