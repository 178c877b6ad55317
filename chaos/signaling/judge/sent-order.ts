import type { FrameRecord, Moment } from "../ledger.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { tooLong } from "./was-slow.ts";

const far = { order: Number.POSITIVE_INFINITY, real: Number.POSITIVE_INFINITY };

/** When it was sent first and last. */
export const firstSend = (frame: FrameRecord): Moment => frame.sends[0] ?? { ...far, earliest: 0, latest: 0 };
export const lastSend = (frame: FrameRecord): Moment => frame.sends.at(-1) ?? firstSend(frame);

/**
 * True when API Gateway certainly received `one` in an earlier millisecond than `other`: it was answered as
 * often as it was sent before the other was sent, or two seconds lie between them. What is sent at once can
 * be received at once, whatever the machine is busy with.
 */
export function isBefore(index: LedgerIndex, one: FrameRecord, other: FrameRecord): boolean {
  const { order, real } = firstSend(other);
  if (lastSend(one).order >= order) return false;
  if (lastSend(one).real + 2_000 < real) return true;
  return index.answersTo(one).filter((answer) => answer.order < order).length >= one.sends.length;
}

/** True when a call for the frame may have timed out by then, so that nobody knew whether it had an effect. */
export const mayHaveTimedOut = (index: LedgerIndex, frame: FrameRecord, by: Moment): boolean =>
  index.isSlow && by.real - firstSend(frame).real > tooLong;
