import { median, percentile } from "../percentile.ts";
import type { PlayedCall } from "./play-call.ts";

/** Of the calls that began in one part of the run. Times are milliseconds; undefined when nothing was measured. */
export interface LoadFigures {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
  readonly retried: number;
  readonly setUpMedian: number | undefined;
  readonly setUpP99: number | undefined;
  readonly frameMedian: number | undefined;
  readonly frameP99: number | undefined;
  /** Bytes at its end. */
  readonly memory?: number | undefined;
}

export function loadFigures(name: string, calls: readonly PlayedCall[], memory?: number): LoadFigures {
  const setUps = calls.flatMap(({ setUp }) => setUp ?? []);
  const frames = calls.flatMap((call) => call.frames);
  return {
    name,
    calls: calls.length,
    failed: calls.filter(({ failure }) => failure !== undefined).length,
    retried: calls.reduce((sum, { retried }) => sum + retried, 0),
    setUpMedian: median(setUps),
    setUpP99: percentile(setUps, 99),
    frameMedian: median(frames),
    frameP99: percentile(frames, 99),
    memory,
  };
}

/** The calls in four parts, in the order in which they began; the first parts have one more when they do not divide. */
export function quarters<Call>(calls: readonly Call[]): readonly (readonly Call[])[] {
  const bounds = [0, 1, 2, 3, 4].map((part) => Math.ceil((part * calls.length) / 4));
  return bounds.slice(1).map((end, part) => calls.slice(bounds[part], end));
}

/** How often each failure came, the most frequent first. */
export function failuresOf(
  calls: readonly PlayedCall[],
): readonly { readonly failure: string; readonly calls: number }[] {
  const counted = new Map<string, number>();
  for (const { failure } of calls) {
    if (failure !== undefined) counted.set(failure, (counted.get(failure) ?? 0) + 1);
  }
  return [...counted]
    .map(([failure, count]) => ({ failure, calls: count }))
    .sort((one, other) => other.calls - one.calls);
}
