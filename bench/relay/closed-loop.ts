import type { Exchange, Lane } from "./lane.ts";

/** When a loop ends, by time or by frames that arrived: each sender finishes the frame that it has on its way. */
export type Until = { readonly seconds: number } | { readonly frames: number };

export interface LoopResult {
  /** Frames that arrived. */
  readonly frames: number;
  /** Frames that the relay did not take; the sender went on with its next one. */
  readonly refused: number;
  readonly seconds: number;
  /** Milliseconds of each frame that arrived. */
  readonly latencies: readonly number[];
}

const patienceMilliseconds = 15_000;

/**
 * A closed loop of several senders: each has one frame on its way, and sends the next when that one
 * arrived or was refused. A sender that has several lanes takes them in turn. Rejects when a frame has
 * no end for 15 s.
 */
export async function closedLoop(senders: readonly (readonly Lane[])[], until: Until): Promise<LoopResult> {
  const latencies: number[] = [];
  let refused = 0;
  const began = performance.now();
  const isOver = () =>
    "frames" in until ? latencies.length >= until.frames : performance.now() - began >= until.seconds * 1000;
  const note = (exchange: Exchange) => {
    if (exchange.kind === "delivered") latencies.push(exchange.milliseconds);
    else refused += 1;
  };
  await Promise.all(
    senders.map(async (lanes) => {
      for (let turn = 0; !isOver(); turn += 1) {
        const lane = lanes[turn % lanes.length];
        if (!lane) return;
        note(await patiently(lane.exchange()));
      }
    }),
  );
  return { frames: latencies.length, refused, seconds: (performance.now() - began) / 1000, latencies };
}

async function patiently<Value>(promise: Promise<Value>): Promise<Value> {
  const lost = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => lost.reject(new Error(`a frame did not arrive within ${patienceMilliseconds / 1000} s`)),
    patienceMilliseconds,
  );
  try {
    return await Promise.race([promise, lost.promise]);
  } finally {
    clearTimeout(timer);
  }
}
