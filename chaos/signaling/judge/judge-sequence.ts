import type { FrameRecord, GapRecord, Moment } from "../ledger.ts";
import type { LedgerIndex, Receipt } from "./ledger-index.ts";
import { lossWindow, wasAway } from "./loss-windows.ts";
import { firstSend, lastSend } from "./sent-order.ts";
import type { Violation } from "./violation.ts";

/** Ends of a frame with which its number is used up. A refusal that asks to send it again does not. */
const ends = new Set(["superseded", "expired", "unknown", "undeliverable"]);
/** Those of them that the server has always written down before it tells them. */
const written = new Set(["superseded", "expired", "undeliverable"]);
/** Milliseconds in which a gap that was decided on before may yet arrive. */
const inFlightMs = 2_000;

/** That the numbered frames of one client arrive in order at each client, and which numbers are told as gaps. */
export function judgeSequence(index: LedgerIndex): readonly Violation[] {
  const numbered = index.ledger.frames.filter(({ seq }) => seq !== undefined);
  const sent = Map.groupBy(numbered, ({ client, to }) => `${client} ${to}`);
  const violations = [...sent].flatMap(([, frames]) => {
    const byNumber = new Map(frames.map((frame) => [frame.seq ?? 0, frame]));
    const receipts = frames.flatMap((frame) => firstByClient(index.receiptsOf(frame)));
    const byClient = Map.groupBy(receipts, ({ client }) => client.id);
    return [...byClient.values()].flatMap((some) => {
      const inOrder = some.toSorted((one, other) => one.record.order - other.record.order);
      return [...judgeOne(index, byNumber, inOrder)];
    });
  });
  return [...violations, ...index.ledger.gaps.flatMap((gap) => judgeGap(index, numbered, gap))];
}

/** A gap neither begins nor ends with a number whose end the sender had been told: nobody waits for that. */
function judgeGap(index: LedgerIndex, numbered: readonly FrameRecord[], gap: GapRecord): Violation[] {
  const recipient = index.memberOn(gap.socket);
  const sender = index.named(recipient, gap.senderClientId ?? "MASTER");
  const before = numbered.filter(
    (frame) =>
      index.senderOf(frame).id === sender?.id &&
      frame.to === recipient.name &&
      firstSend(frame).order < gap.order,
  );
  // Each of the sender's clients counts for itself, and the gap does not say whose it is.
  const clients = [...Map.groupBy(before, ({ client }) => client).values()];
  return [...new Set([gap.from, gap.to])].flatMap((number) => {
    const ended = clients.flatMap((frames) => {
      const frame = frames.find(({ seq }) => seq === number);
      return frame && hadEnded(index, frame, gap) ? [frame.id] : [];
    });
    if (clients.length === 0 || ended.length < clients.length || index.isSlow) return [];
    const says = `${gap.socket} was told of the gap ${gap.from} to ${gap.to}, and the end of ${number} had been told its sender before.`;
    return [{ promise: "numbers in order" as const, says, frames: ended }];
  });
}

const hadEnded = (index: LedgerIndex, frame: FrameRecord, gap: GapRecord): boolean =>
  [...index.answersTo(frame), ...index.reportsOf(frame)].some(
    ({ code, real }) => written.has(code) && real + inFlightMs < gap.real,
  );

const firstByClient = (receipts: readonly Receipt[]): Receipt[] =>
  [...Map.groupBy(receipts, ({ client }) => client.id).values()].flatMap(([first]) => first ?? []);

function* judgeOne(
  index: LedgerIndex,
  byNumber: ReadonlyMap<number, FrameRecord>,
  receipts: readonly Receipt[],
): Generator<Violation> {
  let last = 0;
  for (const { frame, record, client } of receipts) {
    const number = frame.seq ?? 0;
    const promise = "numbers in order" as const;
    if (number < last) {
      const says = `${client.id} got number ${number} after ${last}.`;
      yield { promise, says, frames: [frame.id, byNumber.get(last)?.id ?? ""] };
      continue;
    }
    for (let missing = last + 1; missing < number; missing += 1) {
      const absent = byNumber.get(missing);
      if (
        isTold(index, frame, missing, record) ||
        (absent && isAccountedFor(index, absent, client.id, record))
      )
        continue;
      const says = `${client.id} got number ${number} after ${last}, and nothing told of ${missing}.`;
      yield { promise, says, frames: absent ? [absent.id, frame.id] : [frame.id] };
    }
    last = number;
  }
}

/** True when some client of the recipient was told of the gap, or could not be. */
function isTold(index: LedgerIndex, frame: FrameRecord, missing: number, before: Moment): boolean {
  const sender = index.senderOf(frame);
  const name = sender.role === "MASTER" ? undefined : sender.name;
  const told = index.ledger.gaps.some(
    ({ socket, senderClientId, from, to, order }) =>
      index.memberOn(socket).id === index.recipientOf(frame)?.id &&
      senderClientId === name &&
      from <= missing &&
      missing <= to &&
      order < before.order,
  );
  return told || lossWindow(index, frame, before) !== undefined;
}

/**
 * True when the number had its end elsewhere: at another client of the recipient, in a loss, or as a code, which
 * its sender was told or was not there to hear.
 */
function isAccountedFor(index: LedgerIndex, absent: FrameRecord, client: string, before: Moment): boolean {
  const elsewhere = index.receiptsOf(absent).some((receipt) => receipt.client.id !== client);
  const ended = [...index.answersTo(absent), ...index.reportsOf(absent)].some(({ code }) => ends.has(code));
  return elsewhere || ended || isUnheard(index, absent) || lossWindow(index, absent, before) !== undefined;
}

/** Its last sending has no answer, as one without a correlation id, or its report found its sender gone. */
function isUnheard(index: LedgerIndex, frame: FrameRecord): boolean {
  const { order } = lastSend(frame);
  const answer = index.answersTo(frame).findLast((one) => one.order > order);
  if (!answer) return true;
  const isReported = index.reportsOf(frame).length > 0;
  return answer.code === "queued" && !isReported && wasAway(index, index.senderOf(frame), firstSend(frame));
}
