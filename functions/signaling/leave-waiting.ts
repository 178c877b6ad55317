import { isRetryable } from "../shared/failure.ts";
import type { Settled } from "./drain.ts";
import { verdictOn } from "./next-step.ts";
import { isWaiting, type PairRow } from "./pair-row.ts";
import { isLeased, type PairState } from "./pair-state.ts";
import { mostCharacters, mostWaiting } from "./pair-update.ts";
import type { Changed } from "./pairs.ts";
import { keyOfMember } from "./peers.ts";
import { type Delay, findRecipient, type Passage, type ReachPorts, type Relayed } from "./reach.ts";
import { settle } from "./settle.ts";
import { eachOnce, isSdp, type WaitingFrame } from "./waiting-frame.ts";

const rounds = 8;

/** True when one more frame has no place in the row, whatever the plan. */
export const isFull = (waiting: readonly WaitingFrame[], frame: WaitingFrame): boolean =>
  waiting.length >= mostWaiting ||
  waiting.reduce((sum, other) => sum + other.frame.length, frame.frame.length) > mostCharacters;

/**
 * Leaves a candidate in its pair's row. `row` is the row as it was read when the decision was made; when it has
 * changed meanwhile, nothing is left and the caller decides anew.
 */
export async function leaveCandidate(
  ports: ReachPorts,
  passage: Passage,
  row: PairRow,
  frame: WaitingFrame,
  why: Delay,
): Promise<Relayed | Changed> {
  // Whoever left it may have died before anybody was told to come for it.
  if (isWaiting(row, frame)) return attend(ports, passage, frame, why);
  if (isFull(row.waiting, frame)) return { kind: "refused", code: "mailbox_full" };
  const appended = await ports.pairs.append(passage.pair, row, frame, ports.now());
  return appended.kind === "changed" ? appended : attend(ports, passage, frame, why, row.waiting.some(isSdp));
}

/** The same, when the frame could not be posted and no row was read for it yet. */
export async function leaveUnposted(
  ports: ReachPorts,
  passage: Passage,
  frame: WaitingFrame,
  why: Delay,
): Promise<Relayed> {
  let row = await ports.pairs.read(passage.pair);
  for (let round = 0; round < rounds; round += 1) {
    const verdict = verdictOn(row.state, frame, ports.now());
    if (verdict === "superseded" || verdict === "expired" || verdict === "unknown") {
      return { kind: "refused", code: verdict };
    }
    if (verdict === "delivered") return { kind: verdict };
    const left = await leaveCandidate(ports, passage, row, frame, why);
    if (left.kind !== "changed") return left;
    row = left.row;
  }
  return { kind: "refused", code: "delivery_unavailable" };
}

/**
 * Sees to it that somebody comes for a frame that was left: the recipient when it arrives, or the worker. Looks
 * for an absent recipient again, now that the frame is there: it may have come meanwhile, and have looked before.
 * A candidate goes with its SDP; when that waits itself, which `behindSdp` tells, the candidate needs room too.
 */
export async function attend(
  ports: ReachPorts,
  passage: Passage,
  frame: WaitingFrame,
  why: Delay,
  behindSdp = false,
): Promise<Relayed> {
  const queued: Relayed = { kind: "queued", code: why };
  const goesWithSdp = why === "sdp_awaited";
  if (goesWithSdp && !behindSdp) return queued;
  try {
    if (goesWithSdp || why === "absent" || why === "gone") {
      const [present, room] = await Promise.all([
        goesWithSdp ? undefined : findRecipient(ports, passage.recipient),
        hasRoom(ports, passage),
      ]);
      if (!room) return await withdraw(ports, passage, frame, "mailbox_full", queued);
      if (!present) return queued;
    }
    const { sender } = passage.pair;
    await ports.wakeUps.send({ v: 2, kind: "waiting", ...passage.recipient, sender }, passage.holder);
    return queued;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return await withdraw(ports, passage, frame, "delivery_unavailable", queued);
  }
}

/**
 * Has the worker come for what this invocation could not pass on. It was accepted before, and is safe in the row:
 * where this fails, the sweeper comes for it.
 */
export async function wakeWorker(
  { wakeUps }: ReachPorts,
  { pair, recipient, holder }: Passage,
): Promise<void> {
  try {
    await wakeUps.send({ v: 2, kind: "waiting", ...recipient, sender: pair.sender }, holder);
  } catch (error) {
    if (!isRetryable(error)) throw error;
  }
}

async function hasRoom({ pairs, now }: ReachPorts, { recipient, limits }: Passage): Promise<boolean> {
  const rows = await pairs.waitingFor(keyOfMember(recipient), now());
  return rows.reduce((sum, { frames }) => sum + frames, 0) <= limits.mailboxDepth;
}

/** Takes a frame back, so that it can be refused. One that was passed on meanwhile, or is just being, stays. */
async function withdraw(
  { pairs, now }: ReachPorts,
  { pair, holder }: Passage,
  frame: WaitingFrame,
  code: "mailbox_full" | "delivery_unavailable",
  stays: Relayed,
): Promise<Relayed> {
  let row = await pairs.read(pair);
  for (let round = 0; round < rounds; round += 1) {
    if (!isWaiting(row, frame) || isLeased(row.state, holder, now())) return stays;
    const waiting = row.waiting.filter(({ frameId }) => frameId !== frame.frameId);
    // It is to be sent again, with its number.
    const { sequence: _, ...unnumbered } = frame;
    const state = settle(row.state, unnumbered, "undeliverable");
    const written = await pairs.write(pair, row, { state, waiting }, now());
    if (written.kind === "written") return { kind: "refused", code };
    row = written.row;
  }
  return stays;
}

/** Frames that nobody waits for any more, now that `sdp` is to come. They make room, and their numbers are used up. */
export function dropSuperseded(
  { state, waiting }: Pick<PairRow, "state" | "waiting">,
  now: number,
): {
  readonly state: PairState;
  readonly rest: readonly WaitingFrame[];
  readonly dropped: readonly Settled[];
} {
  const dropped: Settled[] = [];
  const rest = eachOnce(waiting).filter((frame) => {
    const verdict = verdictOn(state, frame, now);
    if (verdict !== "superseded" && verdict !== "expired") return true;
    dropped.push({ frame, fate: verdict });
    return false;
  });
  return { state: dropped.reduce((one, { frame, fate }) => settle(one, frame, fate), state), rest, dropped };
}
