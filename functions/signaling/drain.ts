import type { Connections } from "./connections.ts";
import { sequenceGapFrame } from "./frames.ts";
import type { Pair } from "./negotiation.ts";
import { nextStep } from "./next-step.ts";
import { endLease, type Fate, type PairState, settle, skipNumbers } from "./pair-state.ts";
import { mostWaiting, type PairRow, type Pairs } from "./pairs.ts";
import type { Reached } from "./peers.ts";
import { isSdp, type SequencedFrame, type WaitingFrame } from "./waiting-frame.ts";

/** What a frame came to, and the connection that took it. */
export interface Settled {
  readonly frame: WaitingFrame;
  readonly fate: Fate;
  readonly reached?: Reached;
}

/** Why what waits could not go on. `gone`: the connection is closed, or not open yet. */
export type Obstacle = "gone" | "unavailable" | "contended" | "no_time";

export interface Drained {
  /** What was settled here, without the frames that the caller had settled before. */
  readonly settled: readonly Settled[];
  /** The row as it was left. */
  readonly row: PairRow;
  readonly obstacle?: Obstacle;
}

export interface DrainPorts {
  readonly pairs: Pairs;
  readonly connections: Connections;
  readonly now: () => number;
}

interface DrainOptions {
  /** The row, leased by `holder`. */
  readonly row: PairRow;
  readonly holder: string;
  /** Without a connection nothing is posted; what is past its time still ends. */
  readonly reached: Reached | undefined;
  /** Frames that `holder` has settled already, which the row does not know yet. */
  readonly before?: readonly Settled[];
  /** True when what cannot be posted now is to be given up. */
  readonly lastTry?: boolean;
  /** False when time is too short for one more post. */
  readonly mayGoOn?: () => boolean;
}

/** Rounds of writing a row to which others append: no more frames fit, and few SDPs come meanwhile. */
const rounds = mostWaiting + 8;
/** Milliseconds after which a last try gives a frame up: it has had tries of its own. */
const patience = 30_000;

/**
 * Ends a lease: posts what waits and may go, in order, writes what became of it, and goes on until nothing
 * more has come. Only the holder of the lease takes frames out of a row, and it posts each once.
 */
export async function drain(ports: DrainPorts, pair: Pair, options: DrainOptions): Promise<Drained> {
  const { holder, reached, before = [] } = options;
  const done: Settled[] = [];
  const skipped: { readonly frame: SequencedFrame; readonly to: number }[] = [];
  let obstacle: Obstacle | undefined;
  let current = options.row;
  for (let round = 0; round < rounds; round += 1) {
    const all = [...before, ...done];
    const known = new Set(all.map(({ frame }) => frame.frameId));
    let state = skipped.reduce((one, { frame, to }) => skipNumbers(one, frame.sequence, to), current.state);
    state = all.reduce((one, { frame, fate, reached: by }) => settle(one, frame, fate, by), state);
    let waiting = current.waiting.filter(({ frameId }) => !known.has(frameId));
    // A write that seemed lost may have ended the lease, or it ran out: what is done is written, nothing begun.
    for (; current.state.lease?.holder === holder; ) {
      if (options.mayGoOn && !options.mayGoOn()) obstacle ??= "no_time";
      const step = nextStep(state, waiting, ports.now(), reached !== undefined && obstacle === undefined);
      if (!step) break;
      if (step.kind === "skip" && reached) {
        // The news of a gap must not be lost: what is behind it waits for it.
        const told = await ports.connections.post(
          reached.id,
          sequenceGapFrame(pair.sender, step.from, step.to),
        );
        if (told !== "delivered" && !options.lastTry) {
          obstacle = told === "gone" ? "gone" : "unavailable";
          continue;
        }
        skipped.push({ frame: step.frame, to: step.to });
        state = skipNumbers(state, step.frame.sequence, step.to);
        continue;
      }
      const settled =
        step.kind === "settle" ? step : await attempt(ports, step.frame, reached, options.lastTry ?? false);
      if ("obstacle" in settled) {
        obstacle = settled.obstacle;
        continue;
      }
      const { frame, fate } = settled;
      const outcome: Settled = { frame, fate, ...(fate === "delivered" && reached && { reached }) };
      done.push(outcome);
      state = settle(state, frame, fate, outcome.reached);
      waiting = waiting.filter((other) => other.frameId !== frame.frameId);
    }
    const written = await ports.pairs.write(
      pair,
      current,
      { state: endLease(state, holder), waiting },
      ports.now(),
    );
    if (written !== "changed") return { settled: done, row: written, ...(obstacle && { obstacle }) };
    current = await ports.pairs.read(pair);
  }
  return { settled: done, row: current, obstacle: "contended" };
}

type Attempted = { readonly frame: WaitingFrame; readonly fate: Fate } | { readonly obstacle: Obstacle };

async function attempt(
  { connections, now }: DrainPorts,
  frame: WaitingFrame,
  reached: Reached | undefined,
  lastTry: boolean,
): Promise<Attempted> {
  if (!reached) return { obstacle: "gone" };
  const posted = await postFrame(connections, reached, frame);
  switch (posted) {
    case "delivered":
    case "unknown":
      return { frame, fate: posted };
    case "refused":
      return { frame, fate: "undeliverable" };
    case "gone":
      return { obstacle: "gone" };
    default:
      return lastTry && now() - frame.sentAt >= patience
        ? { frame, fate: "undeliverable" }
        : { obstacle: "unavailable" };
  }
}

/**
 * Posts one frame. A second description would break a client that did not announce itself, so that one is sent
 * once: `unknown` is its end. Anything else of which it is not known whether it arrived is `unavailable`, to be
 * sent again.
 */
export async function postFrame(
  connections: Connections,
  reached: Reached,
  frame: WaitingFrame,
): Promise<"delivered" | "unknown" | "refused" | "gone" | "unavailable"> {
  const once = isSdp(frame) && !reached.announced;
  const posted = await connections.post(reached.id, frame.frame, once ? "once" : undefined);
  return posted === "unknown" && !once ? "unavailable" : posted;
}

/** The row of a lease that could be taken; undefined while another invocation has it. */
export async function lease(
  { pairs, now }: DrainPorts,
  pair: Pair,
  row: PairRow,
  take: (state: PairState) => PairState | undefined,
): Promise<PairRow | undefined> {
  let current = row;
  for (let round = 0; round < rounds; round += 1) {
    const state = take(current.state);
    if (!state) return undefined;
    const written = await pairs.write(pair, current, { state }, now());
    if (written !== "changed") return written;
    current = await pairs.read(pair);
  }
  return undefined;
}
