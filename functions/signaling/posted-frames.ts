import { isRetryable } from "../shared/failure.ts";
import type { Settled } from "./drain.ts";
import { orderOf } from "./negotiation.ts";
import { endLease, type PairState, seen } from "./pair-state.ts";
import type { Pairs } from "./pairs.ts";
import { keyOfMember } from "./peers.ts";
import type { Passage, ReachPorts } from "./reach.ts";
import { settle } from "./settle.ts";
import { eachOnce, isSdp, type WaitingFrame } from "./waiting-frame.ts";
import type { PostedFrames } from "./wake-ups.ts";

const rounds = 8;
/** Characters of all frames in one message: with their escapes far below the 1 MiB that SQS takes. */
const mostCharacters = 100_000;

/**
 * Leaves word of frames that came to their ends while the pairs table failed, so that the worker writes it to the
 * pair's row: without, the row would take no frame for posted. False when the queue fails too, or not all of them
 * fit: then those that wait may be posted again.
 */
export async function leavePosted(
  { wakeUps }: Pick<ReachPorts, "wakeUps">,
  { pair, recipient, holder }: Pick<Passage, "pair" | "recipient" | "holder">,
  settled: readonly Settled[],
): Promise<boolean> {
  const fitting = withinCharacters(settled);
  const kept = fitting.map(({ frame, fate, reached }) => ({
    ...{ frame, fate },
    ...(reached && { reached: seen(reached) }),
  }));
  try {
    await wakeUps.send(
      { v: 2, kind: "posted", ...recipient, sender: pair.sender, holder, settled: kept },
      holder,
    );
    return fitting.length === settled.length;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return false;
  }
}

/** The first ones, as many as fit; the very first always does. */
function withinCharacters(settled: readonly Settled[]): readonly Settled[] {
  let characters = 0;
  const end = settled.findIndex(({ frame }, index) => {
    characters += frame.frame.length;
    return index > 0 && characters > mostCharacters;
  });
  return end === -1 ? settled : settled.slice(0, end);
}

/**
 * Writes what became of those frames to the pair's row, and ends the lease of the invocation that posted them.
 * Returns those that had waited in the row: their sender is still to be told.
 */
export async function settlePosted(
  { pairs, now }: { readonly pairs: Pairs; readonly now: () => number },
  message: PostedFrames,
): Promise<readonly Settled[] | "contended"> {
  const pair = { recipient: keyOfMember(message), sender: message.sender };
  let row = await pairs.read(pair);
  for (let round = 0; round < rounds; round += 1) {
    const { state: before, waiting: there } = row;
    const after = message.settled
      .filter(({ frame }) => !isPosted(before, frame))
      .reduce((state, { frame, fate, reached }) => settle(state, frame, fate, reached), before);
    const state = endLease(after, message.holder);
    const waited = new Set(there.map(({ frameId }) => frameId));
    const ended = message.settled.filter(({ frame }) => waited.has(frame.frameId));
    if (state === before && ended.length === 0) return [];
    const over = new Set(ended.map(({ frame }) => frame.frameId));
    const waiting = eachOnce(there).filter(({ frameId }) => !over.has(frameId));
    const written = await pairs.write(pair, row, { state, waiting }, now());
    if (written.kind === "written") return ended;
    row = written.row;
  }
  return "contended";
}

/** True for an SDP that has been posted again since, or after which a newer one was: the row knows more than we do. */
const isPosted = ({ posted }: PairState, frame: WaitingFrame): boolean =>
  isSdp(frame) && (posted[frame.action] ?? "") >= orderOf(frame);
