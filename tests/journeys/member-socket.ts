import { connected, payloadOf, type RawSocket } from "./raw-socket.ts";
import { proofFor, type Ready } from "./running-program.ts";

export type Frame = Readonly<Record<string, unknown>>;

/** A member's plain socket: answers to its own frames are told apart from what others send. */
export class MemberSocket {
  readonly socket: RawSocket;
  readonly #answers: Frame[] = [];
  readonly #others: Frame[] = [];
  #read = 0;

  constructor(socket: RawSocket) {
    this.socket = socket;
  }

  /** Sends a frame, and gives its `statusResponse`. One frame at a time. */
  async answerTo(frame: Frame): Promise<Frame> {
    // An error of API Gateway's own from before is no answer to this: of an ALIVE, say, that a moved clock has overtaken.
    while (this.#read < this.socket.received.length) this.#sort(this.socket.received[this.#read]);
    const answers = this.#answers.filter(({ messageType }) => messageType !== undefined);
    this.#answers.splice(0, this.#answers.length, ...answers);
    this.socket.socket.send(JSON.stringify(frame));
    return (await this.#take(this.#answers)).statusResponse as Frame;
  }

  /** The next frame that is no answer. */
  next(): Promise<Frame> {
    return this.#take(this.#others);
  }

  async nextOnes(count: number): Promise<readonly Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** What has come by now and was not taken. */
  get unread(): readonly string[] {
    return [...this.#others.map((frame) => JSON.stringify(frame)), ...this.socket.received.slice(this.#read)];
  }

  async #take(from: Frame[]): Promise<Frame> {
    for (;;) {
      const frame = from.shift();
      if (frame) return frame;
      this.#sort((await this.socket.next(1, this.#read))[0]);
    }
  }

  /** Takes the next that was received. */
  #sort(text = ""): void {
    this.#read += 1;
    const parsed = JSON.parse(text);
    // API Gateway's own errors have no message type.
    const isOther = parsed.messageType !== undefined && parsed.messageType !== "STATUS_RESPONSE";
    (isOther ? this.#others : this.#answers).push(parsed);
  }
}

type Role = "MASTER" | "VIEWER" | "PEER";

/** Connects as the user of the client id; a master is alice. `query` is added to the URL. */
export async function joinAs(
  ready: Ready,
  channel: string,
  role: Role,
  clientId?: string,
  query = "",
): Promise<MemberSocket> {
  const { proof, url } = await proofFor(ready, clientId ?? "alice", { channel, role, clientId });
  return new MemberSocket(await connected({ proof: proof + query, url, expiresAt: "" }));
}

/** A description that carries its name, which is its correlation id and its ufrag too. */
export const sdp = (type: "offer" | "answer", name: string, more: object = {}): Frame => ({
  action: type === "offer" ? "SDP_OFFER" : "SDP_ANSWER",
  messagePayload: payloadOf({ type, sdp: `v=0\r\ns=${name}\r\na=ice-ufrag:${name}\r\n` }),
  correlationId: name,
  ...more,
});

/** A candidate of the description with that name. */
export const candidate = (name: string, usernameFragment: string, more: object = {}): Frame => ({
  action: "ICE_CANDIDATE",
  messagePayload: payloadOf({ candidate: `candidate:${name}`, sdpMid: "0", usernameFragment }),
  correlationId: name,
  ...more,
});

/** The name that a relayed frame was given above; its message type when it carries no payload. */
export function nameOf({ messageType, messagePayload }: Frame): string {
  if (messagePayload === undefined) return String(messageType);
  const { sdp: text, candidate: line } = JSON.parse(atob(String(messagePayload)));
  return /(?:s=|candidate:)(\S+)/.exec(text ?? line)?.[1] ?? "";
}

/** Which frames a DELIVERY_REPORT is about, and what became of them. */
export const endsIn = ({ reports }: Frame): readonly (readonly [unknown, unknown])[] =>
  (reports as Frame[]).map(({ correlationId, code }) => [correlationId, code]);
