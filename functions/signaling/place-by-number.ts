import { isSdp, isSequenced, type WaitingFrame } from "./waiting-frame.ts";

interface Newest {
  /** When the newest SDP was sent, and its number if it has one. */
  readonly sentAt: number;
  readonly number?: { readonly of: string; readonly seq: number } | undefined;
}

/**
 * A numbered SDP with the time that puts it behind those with lower numbers and before those with higher ones. One
 * that is sent again comes later than those that are numbered after it, and is older all the same.
 */
export function inItsPlace(
  { number, sentAt }: Newest,
  waiting: readonly WaitingFrame[],
  sdp: WaitingFrame,
): WaitingFrame {
  if (!isSequenced(sdp)) return sdp;
  const { of, seq } = sdp.sequence;
  const known = [
    ...(number ? [{ ...number, sentAt }] : []),
    ...waiting.flatMap((other) =>
      isSdp(other) && isSequenced(other) ? [{ ...other.sequence, sentAt: other.sentAt }] : [],
    ),
  ].filter((other) => other.of === of);
  const lower = known.filter((other) => other.seq < seq).map((other) => other.sentAt + 1);
  const higher = known.filter((other) => other.seq > seq).map((other) => other.sentAt - 1);
  return { ...sdp, sentAt: Math.min(Math.max(sdp.sentAt, ...lower), ...higher) };
}
