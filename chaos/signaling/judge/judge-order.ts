import type { ClientRecord, FrameRecord, Moment } from "../ledger.ts";
import type { LedgerIndex, Receipt } from "./ledger-index.ts";
import { lossWindow } from "./loss-windows.ts";
import { firstSend, isBefore, lastSend } from "./sent-order.ts";
import type { Violation } from "./violation.ts";

const staleMs = 5_000;
/** Two sockets of one client have no common order: what is posted to both within this time may swap. */
const swapMs = 500;
/** Milliseconds that what was being delivered when an SDP replaced it may take to arrive. */
const inFlightMs = 2_000;

/** The order of SDPs and candidates that one sender's frames have at one client. */
export function judgeOrder(index: LedgerIndex): readonly Violation[] {
  const firsts = new Map<string, Receipt>();
  for (const receipt of index.receipts) {
    const key = `${receipt.client.id} ${receipt.frame.id}`;
    if (!firsts.has(key)) firsts.set(key, receipt);
  }
  const byPair = Map.groupBy(firsts.values(), ({ client, frame }) => `${index.pairOf(frame)} ${client.id}`);
  const descriptions = new Map(
    index.ledger.frames
      .filter(({ kind, ufrag }) => isDescription(kind) && ufrag !== undefined)
      .map((frame) => [`${index.pairOf(frame)} ${frame.ufrag}`, frame]),
  );
  return [...byPair.values()].flatMap((receipts) => [
    ...judgeDescriptions(index, receipts),
    ...receipts.flatMap((receipt) => {
      if (receipt.frame.kind !== "ICE_CANDIDATE" || receipt.frame.ufrag === undefined) return [];
      const description = descriptions.get(`${index.pairOf(receipt.frame)} ${receipt.frame.ufrag}`);
      return description ? judgeCandidate(index, receipts, receipt, description) : [];
    }),
  ]);
}

const isDescription = (kind: string): boolean => kind === "SDP_OFFER" || kind === "SDP_ANSWER";

/** No SDP arrives after one that was sent later. */
function judgeDescriptions(index: LedgerIndex, receipts: readonly Receipt[]): Violation[] {
  const descriptions = receipts.filter(({ frame }) => isDescription(frame.kind));
  return descriptions.flatMap((late, place) => {
    const newer = descriptions
      .slice(0, place)
      .find((early) => isBefore(index, late.frame, early.frame) && !mayHaveSwapped(early, late));
    if (!newer) return [];
    const says = `${late.client.id} got ${late.frame.id} after ${newer.frame.id}, which was sent later.`;
    return [{ promise: "SDPs in order" as const, says, frames: [late.frame.id, newer.frame.id] }];
  });
}

function judgeCandidate(
  index: LedgerIndex,
  receipts: readonly Receipt[],
  candidate: Receipt,
  description: FrameRecord,
): Violation[] {
  const violations: Violation[] = [];
  const own = receipts.find(({ frame }) => frame.id === description.id);
  const isAhead = own
    ? own.record.order > candidate.record.order && !mayHaveSwapped(candidate, own)
    : !mayComeAlone(index, candidate, description);
  if (isAhead) {
    const says = `${candidate.client.id} got it ${own ? "ahead of" : "without"} its SDP ${description.id}.`;
    violations.push({ promise: "SDP first", says, frames: [candidate.frame.id, description.id] });
  }
  const newer = receipts.find(
    ({ frame, record }) =>
      isDescription(frame.kind) &&
      frame.id !== description.id &&
      record.order < candidate.record.order &&
      isBefore(index, description, frame) &&
      isOver(index, candidate, record),
  );
  if (newer) {
    const says = `${candidate.client.id} got it although ${newer.frame.id} had replaced its SDP ${description.id}.`;
    const frames = [candidate.frame.id, description.id, newer.frame.id];
    violations.push({ promise: "replaced is over", says, frames });
  }
  return violations;
}

/**
 * A fresh client may get candidates without their SDP when an earlier client of its name got that, unless it
 * is an offer without an answer: that is sent again to the fresh one, and what follows it waits.
 */
function mayComeAlone(index: LedgerIndex, { record, client }: Receipt, description: FrameRecord): boolean {
  const elsewhere = index
    .receiptsOf(description)
    .some((other) => other.client.id !== client.id && other.record.order < record.order);
  const reached = elsewhere || lossWindow(index, description, record) !== undefined;
  if (!reached) return false;
  if (description.kind === "SDP_ANSWER" || isResumed(index, client, description)) return true;
  const isPast = record.latest > firstSend(description).earliest + index.ledger.messageTtlMs - 1_000;
  return isPast || hasReplied(index, description, record);
}

/** True when the client was there before the SDP was sent: what it lost on its way is not sent to it again. */
const isResumed = (index: LedgerIndex, { id }: ClientRecord, description: FrameRecord): boolean =>
  index.ledger.sockets.some(
    ({ client, opened }) => client === id && opened.order < firstSend(description).order,
  );

/**
 * True when the recipient sent an SDP back, on whatever page, between the offer and that moment. One that was meant
 * for an earlier offer, and was sent again then, is an answer too: the server cannot tell.
 */
export function hasReplied(index: LedgerIndex, offer: FrameRecord, before: Moment): boolean {
  const sender = index.senderOf(offer);
  const recipient = index.recipientOf(offer);
  return index.ledger.frames.some(
    (frame) =>
      frame.kind === "SDP_ANSWER" &&
      frame.to === sender.name &&
      index.senderOf(frame).id === recipient?.id &&
      frame.sends.some(({ order }) => order > firstSend(offer).order && order < before.order),
  );
}

/** Sent when every instance had to know better, or kept until long after the SDP that replaced its own. */
function isOver(index: LedgerIndex, { frame, record }: Receipt, replaced: Moment): boolean {
  const sent = lastSend(frame);
  if (sent.earliest > replaced.latest + staleMs && sent.real > replaced.real) return true;
  const waited = index.answersTo(frame).some(({ code }) => code === "queued");
  return waited && record.real > replaced.real + inFlightMs && sent.real < replaced.real;
}

const mayHaveSwapped = (one: Receipt, other: Receipt): boolean =>
  one.record.socket !== other.record.socket && Math.abs(one.record.real - other.record.real) < swapMs;
