import type { FrameRecord } from "../ledger.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import type { Violation } from "./violation.ts";

/** What a well-formed frame can be answered, with what `success` says of it. */
export const answerCodes: Readonly<Record<string, boolean>> = {
  delivered: true,
  queued: true,
  superseded: false,
  expired: false,
  unknown: false,
  mailbox_full: false,
  too_fast: false,
  delivery_unavailable: false,
};
const reportCodes = new Set(["delivered", "superseded", "expired", "unknown", "undeliverable"]);

/** That every frame with a correlation id has its one answer, at the socket that sent it, and a known code. */
export function judgeAnswers(index: LedgerIndex): readonly Violation[] {
  const { answers, reports, frames } = index.ledger;
  const violations: Violation[] = [];
  for (const { socket, correlationId, code, success } of answers) {
    const frame = correlationId === undefined ? undefined : index.correlated(correlationId);
    const about = frame ? [frame.id] : [];
    // Receipts are sent without a correlation id, so that nothing else is told of them.
    const isRefusedReceipt = code === "recipient_not_connected" && correlationId === undefined && !success;
    if (answerCodes[code] !== success && !isRefusedReceipt) {
      const says = `${socket} was answered ${code}, success ${success}, which is no answer to a well-formed frame.`;
      violations.push({ promise: "known codes", says, frames: about });
    }
    if (correlationId !== undefined && !frame?.sends.some((send) => send.socket === socket)) {
      const says = `${socket} was answered ${code} for ${correlationId}, which it did not send.`;
      violations.push({ promise: "answered once", says, frames: about });
    }
  }
  for (const { socket, correlationId, recipientClientId, code } of reports) {
    const frame = index.correlated(correlationId);
    const isOurs =
      frame && index.senderOf(frame).id === index.memberOn(socket).id && frame.to === recipientClientId;
    if (isOurs && reportCodes.has(code)) continue;
    const says = `${socket} had ${code} reported for ${correlationId} to ${recipientClientId}; expected a frame of its own and a known code.`;
    violations.push({ promise: "known codes", says, frames: frame ? [frame.id] : [] });
  }
  return [...violations, ...frames.flatMap((frame) => judgeCount(index, frame)), ...judgeSilence(index)];
}

/** On each socket no more answers than sends. */
function judgeCount(index: LedgerIndex, frame: FrameRecord): Violation[] {
  return [...Map.groupBy(frame.sends, ({ socket }) => socket)].flatMap(([socket, sends]) => {
    const answers = index.answersTo(frame).filter((answer) => answer.socket === socket).length;
    if (answers <= sends.length) return [];
    const says = `Sent ${sends.length} times on ${socket}, and answered ${answers} times.`;
    return [{ promise: "answered once" as const, says, frames: [frame.id] }];
  });
}

/** On a socket that lives, no more may be unanswered than API Gateway said that it failed to have served. */
function judgeSilence(index: LedgerIndex): Violation[] {
  const { frames, sockets, gatewayErrors } = index.ledger;
  const errors = Map.groupBy(gatewayErrors, ({ socket }) => socket);
  const silent = new Map<string, string[]>();
  for (const frame of frames) {
    if (frame.correlationId === undefined) continue;
    for (const [socket, sends] of Map.groupBy(frame.sends, (send) => send.socket)) {
      const answers = index.answersTo(frame).filter((answer) => answer.socket === socket).length;
      const missing = Array.from({ length: Math.max(0, sends.length - answers) }, () => frame.id);
      silent.set(socket, [...(silent.get(socket) ?? []), ...missing]);
    }
  }
  return sockets.flatMap(({ id, end }) => {
    const missing = silent.get(id) ?? [];
    const excused = errors.get(id)?.length ?? 0;
    if (end || missing.length <= excused) return [];
    const says = `${id} is open, has ${missing.length} sends without an answer, and was told of ${excused} failed invocations.`;
    return [{ promise: "answered once" as const, says, frames: [...new Set(missing)] }];
  });
}
