import { quotas } from "./quotas.ts";

/** How far a stream of WebSocket frames has been read. */
export interface FrameScan {
  /** Bytes of a frame header that is not complete yet. */
  readonly header: readonly number[];
  /** Bytes of the current frame, after the length, that are still to come. */
  readonly remaining: number;
  /** Messages whose last frame has begun. */
  readonly messages: number;
  /** True from the first frame whose payload is over the quota; nothing is counted after it. */
  readonly oversized: boolean;
}

export const startOfFrames: FrameScan = { header: [], remaining: 0, messages: 0, oversized: false };

const maskKeyBytes = 4;
const firstControlOpcode = 8;

/**
 * Reads the frame headers in `chunk` (RFC 6455, 5.2) and nothing else: a message may have 128 KB, but no
 * frame of it more than 32 KB. The result does not depend on how the stream is cut into chunks.
 */
export function scanFrames(scan: FrameScan, chunk: Uint8Array): FrameScan {
  if (scan.oversized) return scan;
  let { remaining, messages } = scan;
  let header = [...scan.header];
  let offset = 0;
  for (;;) {
    const skipped = Math.min(remaining, chunk.length - offset);
    offset += skipped;
    remaining -= skipped;
    if (remaining > 0 || offset === chunk.length) return { header, remaining, messages, oversized: false };

    header.push(chunk[offset++] ?? 0);
    const payload = payloadLength(header);
    if (payload === undefined) continue;
    if (payload > quotas.frameBytes) return { header: [], remaining: 0, messages, oversized: true };
    if (endsMessage(header)) messages += 1;
    remaining = payload + (isMasked(header) ? maskKeyBytes : 0);
    header = [];
  }
}

/** Undefined while the header is too short to tell. */
function payloadLength(header: readonly number[]): number | undefined {
  const short = (header[1] ?? 0) & 0x7f;
  if (header.length < 2) return undefined;
  if (short < 126) return short;
  const extended = short === 126 ? 2 : 8;
  if (header.length < 2 + extended) return undefined;
  return header.slice(2).reduce((length, byte) => length * 256 + byte, 0);
}

function endsMessage(header: readonly number[]): boolean {
  const first = header[0] ?? 0;
  return first >= 0x80 && (first & 0x0f) < firstControlOpcode;
}

function isMasked(header: readonly number[]): boolean {
  return (header[1] ?? 0) >= 0x80;
}
