import type {
  AnswerRecord,
  ClientRecord,
  FrameRecord,
  Ledger,
  MemberRecord,
  RelayedRecord,
  ReportRecord,
  SocketRecord,
} from "../ledger.ts";
import { wasSlow } from "./was-slow.ts";

/** A relayed frame on its arrival at the member that it addresses. */
export interface Receipt {
  readonly record: RelayedRecord;
  readonly frame: FrameRecord;
  readonly client: ClientRecord;
}

/** A ledger by what is asked of it. */
export class LedgerIndex {
  readonly ledger: Ledger;
  readonly #members: ReadonlyMap<string, MemberRecord>;
  readonly #clients: ReadonlyMap<string, ClientRecord>;
  readonly #sockets: ReadonlyMap<string, SocketRecord>;
  readonly #places: ReadonlyMap<string, MemberRecord>;
  readonly #byPayload: ReadonlyMap<string, FrameRecord>;
  readonly #byCorrelation: ReadonlyMap<string, FrameRecord>;
  readonly #answers: ReadonlyMap<string, readonly AnswerRecord[]>;
  readonly #reports: ReadonlyMap<string, readonly ReportRecord[]>;
  readonly #receipts: ReadonlyMap<string, readonly Receipt[]>;
  readonly #memberSockets: ReadonlyMap<string, readonly SocketRecord[]>;
  /** Calls may have timed out. */
  readonly isSlow: boolean;
  /** Only those that arrived where they should, in the order of their arrival. */
  readonly receipts: readonly Receipt[];

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.isSlow = wasSlow(ledger);
    this.#members = new Map(ledger.members.map((member) => [member.id, member]));
    this.#clients = new Map(ledger.clients.map((client) => [client.id, client]));
    this.#sockets = new Map(ledger.sockets.map((socket) => [socket.id, socket]));
    this.#places = new Map(ledger.members.map((member) => [placeOf(member, member.name), member]));
    this.#byPayload = new Map(
      ledger.frames.flatMap((frame) => (frame.payload ? [[frame.payload, frame]] : [])),
    );
    this.#byCorrelation = new Map(
      ledger.frames.flatMap((frame) => (frame.correlationId ? [[frame.correlationId, frame]] : [])),
    );
    this.#answers = Map.groupBy(ledger.answers, ({ correlationId }) => correlationId ?? "");
    this.#reports = Map.groupBy(ledger.reports, ({ correlationId }) => correlationId);
    this.#memberSockets = Map.groupBy(ledger.sockets, ({ id }) => this.memberOn(id).id);
    this.receipts = ledger.relayed.flatMap((record) => {
      const frame = this.#byPayload.get(record.messagePayload);
      const client = this.clientOn(record.socket);
      return frame && this.recipientOf(frame)?.id === client.member ? [{ record, frame, client }] : [];
    });
    this.#receipts = Map.groupBy(this.receipts, ({ frame }) => frame.id);
  }

  socket = (id: string): SocketRecord => known(this.#sockets.get(id), id);
  clientOn = (socket: string): ClientRecord => this.client(this.socket(socket).client);
  client = (id: string): ClientRecord => known(this.#clients.get(id), id);
  member = (id: string): MemberRecord => known(this.#members.get(id), id);
  memberOn = (socket: string): MemberRecord => this.member(this.clientOn(socket).member);
  senderOf = (frame: FrameRecord): MemberRecord => this.member(this.client(frame.client).member);
  /** Undefined when the channel has no such member. */
  recipientOf = (frame: FrameRecord): MemberRecord | undefined =>
    this.#places.get(placeOf(this.senderOf(frame), frame.to));
  named = (beside: MemberRecord, name: string): MemberRecord | undefined =>
    this.#places.get(placeOf(beside, name));
  frameWith = (payload: string): FrameRecord | undefined => this.#byPayload.get(payload);
  correlated = (correlationId: string): FrameRecord | undefined => this.#byCorrelation.get(correlationId);
  answersTo = ({ correlationId }: FrameRecord): readonly AnswerRecord[] =>
    (correlationId && this.#answers.get(correlationId)) || [];
  reportsOf = ({ correlationId }: FrameRecord): readonly ReportRecord[] =>
    (correlationId && this.#reports.get(correlationId)) || [];
  receiptsOf = (frame: FrameRecord): readonly Receipt[] => this.#receipts.get(frame.id) ?? [];
  /** In the order in which they were opened. */
  socketsOf = (member: MemberRecord): readonly SocketRecord[] => this.#memberSockets.get(member.id) ?? [];
  /** Same sender and same recipient, by name. */
  pairOf = (frame: FrameRecord): string => `${this.senderOf(frame).id} ${frame.to}`;
}

const placeOf = ({ tenant, channel }: MemberRecord, name: string): string => `${tenant} ${channel} ${name}`;

function known<Record>(record: Record | undefined, id: string): Record {
  if (record === undefined) throw new Error(`the ledger names ${id}, and does not have it`);
  return record;
}
