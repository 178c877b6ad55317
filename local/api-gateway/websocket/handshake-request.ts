import type { IncomingMessage } from "node:http";
import { type Fields, fieldsOf } from "../fields.ts";
import { type RandomBytes, traceId } from "../identifiers.ts";

/** An upgrade request as the events show it. */
export interface Handshake {
  /** Decoded parts of the path: the stage is the first. */
  readonly path: readonly string[];
  readonly url: string;
  readonly headers: Fields;
  readonly query: Fields;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

/**
 * Reads the request. The headers are those that the client sent, in its spelling, and those that API
 * Gateway adds: `X-Amzn-Trace-Id`, `X-Forwarded-For`, `-Port` and `-Proto`.
 */
export function readHandshake(request: IncomingMessage, now: number, randomBytes: RandomBytes): Handshake {
  const url = request.url ?? "/";
  const queryAt = url.indexOf("?");
  const sourceIp = request.socket.remoteAddress ?? "";
  const forwarded = request.headers["x-forwarded-for"];
  const added: Record<string, string> = {
    "X-Amzn-Trace-Id": traceId(now, randomBytes),
    "X-Forwarded-For": forwarded ? `${forwarded}, ${sourceIp}` : sourceIp,
    "X-Forwarded-Port": String(request.socket.localPort ?? ""),
    "X-Forwarded-Proto": "http",
  };
  const replaced = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  const sent = fieldsOf(request.rawHeaders).filter(([name]) => !replaced.has(name.toLowerCase()));
  return {
    path: decodedPath(queryAt < 0 ? url : url.slice(0, queryAt)),
    url,
    headers: [...sent, ...Object.entries(added)],
    query: queryAt < 0 ? [] : [...new URLSearchParams(url.slice(queryAt + 1))],
    sourceIp,
    userAgent: request.headers["user-agent"],
  };
}

/** Parts of a path, decoded; empty when an escape in it is malformed. */
export function decodedPath(path: string): readonly string[] {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
}
