import type { FrameRecord, MemberRecord, Moment } from "../ledger.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { firstSend } from "./sent-order.ts";

/** Milliseconds that a frame may be on its way between API Gateway and a client, on a busy machine. */
const transitMs = 1_500;
const staleMs = 5_000;

/**
 * Into what a frame may have been posted in vain between being sent and `told`: a half-open connection, until
 * five seconds after a newer one opened, or one that ended just then. Undefined when every connection of the
 * recipient would have shown it.
 */
export function lossWindow(
  index: LedgerIndex,
  frame: FrameRecord,
  told: Moment,
): "half-open" | "closing" | undefined {
  const recipient = index.recipientOf(frame);
  if (!recipient) return undefined;
  const sockets = index.socketsOf(recipient);
  const from = firstSend(frame);
  const halfOpen = sockets.some(({ end }) => {
    if (end?.how !== "half-open") return false;
    const newer = sockets.find(({ began }) => began.order > end.order)?.opened;
    const until = newer ? newer.latest + staleMs + transitMs : Number.POSITIVE_INFINITY;
    return told.real >= end.real - transitMs && from.earliest <= until;
  });
  if (halfOpen) return "half-open";
  const closing = sockets.some(({ end }) => end && within(end, from, told));
  return closing ? "closing" : undefined;
}

/** True when the socket ended after the frame was sent and before it must have arrived. */
const within = (end: Moment, from: Moment, told: Moment): boolean =>
  end.real >= from.real - transitMs && end.real <= told.real + transitMs;

/** True when a report to the member may have had nobody to go to between `since` and `until`. */
export function wasAway(
  index: LedgerIndex,
  member: MemberRecord,
  since: Moment,
  until = Number.POSITIVE_INFINITY,
): boolean {
  const sockets = index.socketsOf(member);
  const ended = sockets.some(({ end }) => end && end.real >= since.real - transitMs && end.real <= until);
  return (
    ended ||
    !sockets.some(({ opened, end }) => opened.order < since.order && !(end && end.order < since.order))
  );
}
