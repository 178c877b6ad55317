import type { Line } from "../shared/telemetry.ts";
import { drain, postFrame, type Settled } from "./drain.ts";
import { attend, dropSuperseded, isFull, wakeWorker } from "./leave-waiting.ts";
import { verdictOn } from "./next-step.ts";
import { isAsWritten, isWaiting, type PairRow, unwritten } from "./pair-row.ts";
import { admitSdp, endLease, isLeased } from "./pair-state.ts";
import type { Reached } from "./peers.ts";
import { leavePosted } from "./posted-frames.ts";
import { type Delay, lookForRecipient, type Passage, type ReachPorts, type Relayed } from "./reach.ts";
import { refuseForGood } from "./refuse-for-good.ts";
import { tellSender } from "./reports.ts";
import { settle } from "./settle.ts";
import { isSequenced, type SdpFrame, type WaitingFrame } from "./waiting-frame.ts";

type Found = Awaited<ReturnType<typeof lookForRecipient>>;

/** Rounds of writing a row that others change too. */
const rounds = 8;

/**
 * Relays an SDP in four AWS calls, or five where its pair had one before: it closes its pair's gate, so that no
 * candidate of its negotiation goes first, is posted, and opens the gate. One SDP of a pair is posted at a time; one
 * that comes meanwhile waits in the pair's row, as does one whose recipient is absent.
 */
export async function relaySdp(
  ports: ReachPorts,
  passage: Passage,
  frame: SdpFrame,
  line: Line,
): Promise<Relayed> {
  const { pair, holder } = passage;
  // Most pairs have one SDP each way. Where there was one before, the first write says so and brings the row.
  let row = unwritten;
  // What a write dropped whose answer was lost.
  let dropping: readonly Settled[] = [];
  let looking: Promise<Found> | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const now = ports.now();
    const admitted = admitSdp(row.state, row.waiting, frame, { holder, now });
    if (admitted.kind === "superseded") {
      if (verdictOn(row.state, frame, now) === "delivered") return { kind: "delivered" };
      const refused = await refuseForGood(ports, passage, row, frame, "superseded", line);
      if (refused.kind !== "changed") return refused;
      row = refused.row;
      continue;
    }
    if (admitted.kind === "repeated") {
      const { code } = admitted;
      await tellSender(ports, passage, dropping, line);
      dropping = [];
      if (code === "unknown") {
        const refused = await refuseForGood(ports, passage, row, frame, code, line);
        if (refused.kind !== "changed") return refused;
        row = refused.row;
        continue;
      }
      // Whoever left it may have died before anybody was told to come for it.
      return code === "queued" ? attend(ports, passage, frame, "sdp_in_flight") : { kind: code };
    }
    const { state, sdp } = admitted;
    const turn = verdictOn(state, sdp, now);
    if (turn === "delivered") return { kind: "delivered" };
    // Its number is used up already: it does not replace what came after it.
    if (turn === "superseded" || turn === "expired") return { kind: "refused", code: turn };
    if (admitted.kind === "post" && turn === "passes") {
      const leasing = ports.pairs.write(pair, row, { state }, now);
      // No client that comes later gets an answer again, so this look need not come after the lease.
      if (sdp.action === "SDP_ANSWER") looking ??= lookForRecipient(ports, passage.recipient);
      const [leased, found] = await Promise.all([leasing, looking]);
      row = leased.row;
      if (leased.kind === "written") {
        // A recipient that comes later than this look sees the offer in flight.
        const reached = looking ? found : await lookForRecipient(ports, passage.recipient);
        return post(ports, passage, row, sdp, reached, line);
      }
    } else {
      const busy = isLeased(row.state, holder, now);
      const before = { state: endLease(state, holder), waiting: row.waiting };
      const kept = { state: before.state, rest: row.waiting, dropped: [] };
      const { state: after, rest, dropped } = busy ? kept : dropSuperseded(before, now);
      if (isFull(rest, sdp)) return { kind: "refused", code: "mailbox_full" };
      const waiting = [...rest, sdp];
      const written = await ports.pairs.write(pair, row, { state: after, waiting }, now);
      // Else it was another invocation that wrote it: this very frame may have been sent again.
      dropping = isAsWritten(row, waiting, written.row) ? dropped : [];
      row = written.row;
      if (written.kind === "written") {
        await tellSender(ports, passage, dropped, line);
        return attend(ports, passage, sdp, turn === "passes" ? "sdp_in_flight" : "seq_awaited");
      }
    }
  }
  if (!isWaiting(row, frame)) return { kind: "refused", code: "delivery_unavailable" };
  // The last write had its effect, and its answer was lost.
  await tellSender(ports, passage, dropping, line);
  return attend(ports, passage, frame, "sdp_in_flight");
}

async function post(
  ports: ReachPorts,
  passage: Passage,
  row: PairRow,
  sdp: WaitingFrame,
  first: Found,
  line: Line,
): Promise<Relayed> {
  const { pair, holder } = passage;
  if (first === "unavailable") return leave(ports, passage, row, sdp, first, line);
  if (!first) return leave(ports, passage, row, sdp, "absent", line);
  let reached: Reached = first;
  let posted = await postFrame(ports.connections, reached, sdp);
  if (posted === "gone") {
    const found = await lookForRecipient(ports, passage.recipient);
    if (found && found !== "unavailable" && found.id !== reached.id) {
      reached = found;
      posted = await postFrame(ports.connections, reached, sdp);
    }
  }
  if (posted === "gone" || posted === "unavailable") return leave(ports, passage, row, sdp, posted, line);
  const fate = posted === "refused" ? "undeliverable" : posted;
  const before: Settled[] = [{ frame: sdp, fate, ...(fate === "delivered" && { reached }) }];
  const drained = await drain(ports, pair, { row, holder, reached, before });
  if (!drained.failure && drained.row.state.connection?.id === reached.id)
    ports.openGates.remember(pair, drained.row.state, reached);
  const isKept = !drained.failure || (await leavePosted(ports, passage, [...before, ...drained.settled]));
  if (!drained.failure) await tellSender(ports, passage, drained.settled, line);
  if (drained.obstacle) await wakeWorker(ports, passage);
  if (fate === "unknown") return { kind: "refused", code: "unknown" };
  // Refused for good only when its number is used up.
  const isForGood = isKept || !isSequenced(sdp);
  if (fate === "undeliverable") return { kind: "refused", code: isForGood ? fate : "delivery_unavailable" };
  return drained.failure ? { kind: "delivered", code: "pairs_unavailable" } : { kind: "delivered" };
}

/** The SDP could not be posted: it waits in the row, and the lease ends. */
async function leave(
  ports: ReachPorts,
  passage: Passage,
  leased: PairRow,
  sdp: WaitingFrame,
  why: Extract<Delay, "absent" | "gone" | "unavailable">,
  line: Line,
): Promise<Relayed> {
  let row = leased;
  for (let round = 0; round < rounds; round += 1) {
    // Sent again meanwhile, another invocation may have left it.
    const isThere = isWaiting(row, sdp);
    const before = { state: endLease(row.state, passage.holder), waiting: row.waiting };
    const { state, rest, dropped } = dropSuperseded(before, ports.now());
    const verdict = verdictOn(state, sdp, ports.now());
    const isOver = !isThere && (verdict === "superseded" || verdict === "expired");
    const change = isOver
      ? { state: settle(state, sdp, verdict), waiting: rest }
      : { state, waiting: isThere ? rest : [...rest, sdp] };
    const written = await ports.pairs.write(passage.pair, row, change, ports.now());
    // Or it was written, and only the answer was lost.
    if (written.kind === "written" || (!isOver && isAsWritten(row, change.waiting, written.row))) {
      await tellSender(ports, passage, dropped, line);
      if (isOver) return { kind: "refused", code: verdict };
      return attend(ports, passage, sdp, why);
    }
    row = written.row;
  }
  if (!isWaiting(row, sdp)) return { kind: "refused", code: "delivery_unavailable" };
  return attend(ports, passage, sdp, why);
}
