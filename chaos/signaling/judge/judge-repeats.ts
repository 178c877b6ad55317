import type { FrameRecord, Moment } from "../ledger.ts";
import type { LedgerIndex, Receipt } from "./ledger-index.ts";
import { firstSend, mayHaveTimedOut } from "./sent-order.ts";
import type { PromiseName, Violation } from "./violation.ts";

export interface Repeats {
  readonly violations: readonly Violation[];
  /** Arrivals that a client had had already, and was promised to be able to recognise. */
  readonly afterResend: number;
  readonly afterAmbiguity: number;
}

/** That nothing comes twice to one client but what may, and that frame ids are steady. */
export function judgeRepeats(index: LedgerIndex): Repeats {
  const violations: Violation[] = [];
  let afterResend = 0;
  let afterAmbiguity = 0;
  for (const frame of index.ledger.frames) {
    const receipts = index.receiptsOf(frame);
    const ids = new Set([
      ...receipts.flatMap(({ record }) => record.frameId ?? []),
      ...index.reportsOf(frame).map(({ frameId }) => frameId),
      ...index.answersTo(frame).flatMap(({ frameId }) => frameId ?? []),
    ]);
    const violated = (promise: PromiseName, says: string) =>
      violations.push({ promise, says, frames: [frame.id] });
    if (ids.size > 1 && keepsItsId(index, frame)) {
      violated("frame id steady", `It has the frame ids ${[...ids].join(", ")}.`);
    }
    for (const [clientId, [first, ...again]] of Map.groupBy(receipts, ({ client }) => client.id)) {
      for (const receipt of again) {
        const why = excuse(index, frame, receipt, first?.record ?? receipt.record);
        if (first?.record.frameId !== receipt.record.frameId) {
          violated("not twice", `${clientId} got it twice, with two frame ids.`);
        } else if (why === undefined) {
          violated("not twice", `${clientId} got it ${again.length + 1} times, and nothing excuses that.`);
        } else if (why === "resend") afterResend += 1;
        else afterAmbiguity += 1;
      }
    }
  }
  return { violations, afterResend, afterAmbiguity };
}

/** Of a client that did not announce itself, a frame that is sent again is another one. */
const keepsItsId = (index: LedgerIndex, frame: FrameRecord): boolean =>
  frame.sends.length === 1 || index.client(frame.client).announced;

function excuse(index: LedgerIndex, frame: FrameRecord, { record, client }: Receipt, first: Moment) {
  if (frame.kind === "ICE_CANDIDATE" && isForgotten(frame, first)) return "resend";
  if (mayHaveTimedOut(index, frame, record)) return "ambiguity";
  if (!index.ledger.ambiguous) return undefined;
  const mayBeAmbiguous = frame.kind === "ICE_CANDIDATE" || client.announced;
  return mayBeAmbiguous || killedBetween(index, firstSend(frame), record) ? "ambiguity" : undefined;
}

/** A plain candidate is not remembered when it is sent again, nor a numbered one while its first invocation runs. */
const isForgotten = ({ seq, sends }: FrameRecord, firstArrival: Moment): boolean =>
  (seq === undefined ? sends : sends.filter(({ order }) => order < firstArrival.order)).length > 1;

const killedBetween = (index: LedgerIndex, from: Moment, to: Moment): boolean =>
  index.ledger.kills.some(({ order }) => order > from.order && order < to.order);
