import { isRetryable } from "../shared/failure.ts";
import type { Connections } from "./connections.ts";
import { sequenceGapFrame } from "./frames.ts";
import type { Pair } from "./negotiation.ts";
import { nextStep, verdictOn } from "./next-step.ts";
import type { PairRow } from "./pair-row.ts";
import { endLease, type PairState } from "./pair-state.ts";
import { mostWaiting } from "./pair-update.ts";
import type { Pairs } from "./pairs.ts";
import type { Reached } from "./peers.ts";
import { type Fate, settle, skipUpTo } from "./settle.ts";
import { eachOnce, isSdp, isSequenced, type SequencedFrame, type WaitingFrame } from "./waiting-frame.ts";

/** What a frame came to, and the connection that took it. */
export interface Settled {
  readonly frame: WaitingFrame;
  readonly fate: Fate;
  readonly reached?: Reached | undefined;
}

/** Why what waits could not go on. `gone`: the connection is closed, or not open yet. */
export type Obstacle = "gone" | "unavailable" | "contended" | "no_time";

export interface Drained {
  /** What was settled here, without the frames that the caller had settled before. */
  readonly settled: readonly Settled[];
  /** The row as it was left. */
  readonly row: PairRow;
  readonly obstacle?: Obstacle;
  /** Why the pairs table was not written at last: it does not know all of what was settled. */
  readonly failure?: unknown;
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
  const work: Work = { done: [], skipped: [], obstacle: undefined };
  try {
    return await workOff(ports, pair, options, work);
  } catch (failure) {
    if (!isRetryable(failure)) throw failure;
    return { ...drained(work, options.row), failure };
  }
}

async function workOff(ports: DrainPorts, pair: Pair, options: DrainOptions, work: Work): Promise<Drained> {
  const { pairs, now } = ports;
  const { holder, before = [] } = options;
  let current = options.row;
  for (let round = 0; round < rounds; round += 1) {
    let left = without(current, [...before, ...work.done], work.skipped);
    const isOurs = current.state.lease?.holder === holder;
    const isHere = left.waiting.length === current.waiting.length;
    if (isOurs && isHere && opens(left.state, current.state)) {
      // The gate first: from here on no more candidates come to wait for this SDP. Where none has, that is all.
      const opened = await pairs.write(pair, current, { state: left.state, releases: true }, now());
      current = opened.row;
      if (opened.kind === "written" && !current.state.lease) return drained(work, current);
      continue;
    }
    // A write that seemed lost may have ended the lease, or it ran out: what is done is written, nothing begun.
    if (isOurs) left = await passOn(ports, pair, options, left, work);
    const change = { state: endLease(left.state, holder), waiting: left.waiting };
    const written = await pairs.write(pair, current, change, now());
    if (written.kind === "written") return drained(work, written.row);
    current = written.row;
  }
  return drained({ ...work, obstacle: "contended" }, current);
}

/** What one drain has done so far. */
interface Work {
  readonly done: Settled[];
  readonly skipped: { readonly frame: SequencedFrame; readonly to: number }[];
  obstacle: Obstacle | undefined;
}

type Left = Pick<PairRow, "state" | "waiting">;

const drained = ({ done, obstacle }: Work, row: PairRow): Drained => ({
  settled: done,
  row,
  ...(obstacle && { obstacle }),
});

/** The row with what is done already, which it may not know, or know in part. */
function without(row: PairRow, done: readonly Settled[], skipped: Work["skipped"]): Left {
  const known = new Set(done.map(({ frame }) => frame.frameId));
  const past = skipped.reduce((one, { frame, to }) => skipUpTo(one, frame, to), row.state);
  return {
    state: done.reduce((one, { frame, fate, reached }) => settle(one, frame, fate, reached), past),
    waiting: eachOnce(row.waiting).filter(({ frameId }) => !known.has(frameId)),
  };
}

const opens = (after: PairState, before: PairState): boolean =>
  after.gate === "open" && (before.gate !== "open" || before.order !== after.order);

/** Does all that can be done with what waits, and returns what is left. */
async function passOn(
  ports: DrainPorts,
  pair: Pair,
  { reached, lastTry = false, mayGoOn }: DrainOptions,
  before: Left,
  work: Work,
): Promise<Left> {
  let { state, waiting } = before;
  for (;;) {
    if (mayGoOn && !mayGoOn()) work.obstacle ??= "no_time";
    const step = nextStep(state, waiting, ports.now(), reached !== undefined && work.obstacle === undefined);
    if (!step) return { state, waiting };
    if (step.kind === "skip") {
      // The news of a gap must not be lost: what is behind it waits for it.
      const gap = sequenceGapFrame(pair.sender, step.from, step.to);
      const told = reached ? await ports.connections.post(reached.id, gap) : "gone";
      if (told !== "delivered" && !lastTry) {
        work.obstacle = told === "gone" ? "gone" : "unavailable";
        continue;
      }
      work.skipped.push({ frame: step.frame, to: step.to });
      state = skipUpTo(state, step.frame, step.to);
      continue;
    }
    const ended =
      step.kind === "settle"
        ? [step]
        : await Promise.all(
            together(state, step.frame, waiting, ports.now()).map((frame) =>
              attempt(ports, frame, reached, lastTry),
            ),
          );
    for (const one of ended) {
      if ("obstacle" in one) {
        work.obstacle ??= one.obstacle;
        continue;
      }
      const { frame, fate } = one;
      const settled: Settled = { frame, fate, ...(fate === "delivered" && reached && { reached }) };
      work.done.push(settled);
      state = settle(state, frame, fate, settled.reached);
      waiting = waiting.filter((other) => other.frameId !== frame.frameId);
    }
  }
}

const atOnce = 16;

/** What may be posted beside a frame: plain candidates have no order among themselves. */
function together(
  state: PairState,
  first: WaitingFrame,
  waiting: readonly WaitingFrame[],
  now: number,
): readonly WaitingFrame[] {
  const isPlain = (frame: WaitingFrame) => !isSdp(frame) && !isSequenced(frame);
  if (!isPlain(first)) return [first];
  const others = waiting.filter(
    (frame) => frame !== first && isPlain(frame) && verdictOn(state, frame, now) === "passes",
  );
  return [first, ...others.slice(0, atOnce - 1)];
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
    current = written.row;
    if (written.kind === "written") return current;
  }
  return undefined;
}
