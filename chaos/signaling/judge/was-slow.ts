import type { Ledger } from "../ledger.ts";

/**
 * Milliseconds. The functions give an AWS call up after 1.5 s, and an invocation is ended after 10 s of a clock
 * that is moved: then an answer is lost as if a fault had taken it.
 */
export const tooLong = 1_500;

/** True when an answer, or the news of a failed invocation, took so long that calls may have timed out. */
export function wasSlow({ frames, answers, gatewayErrors }: Ledger): boolean {
  const sends = Map.groupBy(
    frames.flatMap((frame) => frame.sends.map((send) => ({ ...send, correlationId: frame.correlationId }))),
    ({ socket }) => socket,
  );
  const newest = (socket: string, order: number, correlationId?: string) =>
    sends
      .get(socket)
      ?.findLast((send) => send.order < order && (!correlationId || send.correlationId === correlationId));
  const isLate = ({ socket, order, real }: { socket: string; order: number; real: number }, of?: string) => {
    const send = newest(socket, order, of);
    return send !== undefined && real - send.real > tooLong;
  };
  return (
    answers.some((answer) => answer.correlationId !== undefined && isLate(answer, answer.correlationId)) ||
    gatewayErrors.some((error) => isLate(error))
  );
}
