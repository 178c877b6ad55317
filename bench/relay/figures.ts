import { median, percentile } from "../percentile.ts";
import type { LoopResult } from "./closed-loop.ts";

/** What one contestant did in one round. */
export interface Round {
  /** One frame on its way for each pair. */
  readonly latency: LoopResult;
  /** Two frames on their way for each pair, one in each direction. */
  readonly throughput: LoopResult;
}

export interface Figures {
  /** Over the rounds. */
  readonly framesPerSecond: { readonly median: number; readonly lowest: number; readonly highest: number };
  /** Milliseconds, over the frames of all rounds. */
  readonly latency: { readonly median: number; readonly p99: number; readonly frames: number };
  /** Share of the frames that the contestant did not take. */
  readonly refused: number;
}

/** How one contestant compares to another: the median of the ratios of each round. 1 is equal. */
export interface Ratios {
  readonly framesPerSecond: number;
  readonly medianLatency: number;
}

/** Throws when nothing arrived in a round. */
export function figures(rounds: readonly Round[]): Figures {
  const perSecond = rounds.map(framesPerSecond);
  const latencies = rounds.flatMap(({ latency }) => latency.latencies);
  const loops = rounds.flatMap(({ latency, throughput }) => [latency, throughput]);
  const refused = sum(loops.map((loop) => loop.refused));
  return {
    framesPerSecond: {
      median: present(median(perSecond)),
      lowest: Math.min(...perSecond),
      highest: Math.max(...perSecond),
    },
    latency: {
      median: present(median(latencies)),
      p99: present(percentile(latencies, 99)),
      frames: latencies.length,
    },
    refused: refused / (refused + sum(loops.map((loop) => loop.frames))),
  };
}

/** `rounds` beside the same rounds of `others`, so that noise of the machine hits both. */
export function ratios(rounds: readonly Round[], others: readonly Round[]): Ratios {
  const ofRounds = (value: (round: Round) => number) =>
    present(
      median(
        rounds.flatMap((round, index) => others.slice(index, index + 1).map((o) => value(round) / value(o))),
      ),
    );
  return {
    framesPerSecond: ofRounds(framesPerSecond),
    medianLatency: ofRounds(({ latency }) => present(median(latency.latencies))),
  };
}

const framesPerSecond = ({ throughput }: Round): number => throughput.frames / throughput.seconds;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function present(value: number | undefined): number {
  if (value === undefined) throw new Error("nothing arrived, so nothing can be said");
  return value;
}
