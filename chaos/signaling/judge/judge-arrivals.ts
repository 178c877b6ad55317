import type { Moment, RelayedRecord } from "../ledger.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import type { PromiseName, Violation } from "./violation.ts";

const staleMs = 5_000;
/** Milliseconds between a post and its arrival, on a busy machine. */
const transitMs = 1_500;

/** That every arrival was sent, was for whom it came to, and says truly what it is and from whom. */
export function judgeArrivals(index: LedgerIndex): readonly Violation[] {
  const { relayed, strange } = index.ledger;
  return [
    ...strange.map(({ socket, text, why }): Violation => {
      const says = `${socket} got ${text.slice(0, 300)}, which is no frame of the protocol: ${why}.`;
      return { promise: "protocol kept", says, frames: [] };
    }),
    ...relayed.flatMap((record) => [...judgeArrival(index, record)]),
  ];
}

function* judgeArrival(index: LedgerIndex, record: RelayedRecord): Generator<Violation> {
  const { socket, messageType, senderClientId, frameId, seq } = record;
  const frame = index.frameWith(record.messagePayload);
  const at = index.memberOn(socket);
  if (!frame) {
    const says = `${at.id} got a ${messageType} on ${socket} whose payload nobody sent: ${record.messagePayload}.`;
    yield { promise: "payload intact", says, frames: [] };
    return;
  }
  const violated = (promise: PromiseName, says: string): Violation => ({ promise, says, frames: [frame.id] });
  const recipient = index.recipientOf(frame);
  if (recipient?.id !== at.id) {
    yield violated("addressed only", `${at.id} got what was for ${recipient?.id ?? frame.to}.`);
    return;
  }
  if (messageType !== frame.kind || seq !== frame.seq) {
    const was = `${frame.kind}, seq ${frame.seq}`;
    yield violated("payload intact", `It was sent as ${was}, and came as ${messageType}, seq ${seq}.`);
  }
  const sender = index.senderOf(frame);
  const name = sender.role === "MASTER" ? undefined : sender.name;
  if (senderClientId !== name) {
    yield violated("sender stamped", `senderClientId is ${senderClientId}; expected ${name}.`);
  }
  if (frameId === undefined) yield violated("frame id steady", "It came without a frameId.");
  const newer = newestSince(index, socket, record);
  if (newer) {
    const says = `${socket} got it ${seconds(newer, record)} s after a newer connection of ${at.id} had opened.`;
    yield violated("newest connection", says);
  }
}

/** A connection of the same name and another client, that opened so long before the arrival that it should have got it. */
function newestSince(index: LedgerIndex, socket: string, arrival: Moment): Moment | undefined {
  const { client, opened } = index.socket(socket);
  return index
    .socketsOf(index.memberOn(socket))
    .filter((other) => other.client !== client && other.began.order > opened.order && !other.end)
    .map((other) => other.opened)
    .find(
      (newer) =>
        arrival.earliest - newer.latest > staleMs + transitMs &&
        arrival.real - newer.real > staleMs + transitMs,
    );
}

const seconds = (from: Moment, to: Moment): string => ((to.real - from.real) / 1_000).toFixed(1);
