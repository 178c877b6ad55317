import type { Line } from "../shared/telemetry.ts";
import { postFrame } from "./drain.ts";
import { followUp } from "./follow-up.ts";
import { leaveCandidate, leaveUnposted } from "./leave-waiting.ts";
import { verdictOn } from "./next-step.ts";
import { isFresh } from "./open-gates.ts";
import { isWaiting, type PairRow } from "./pair-row.ts";
import { isLeased, knowsNewer, lacksOffer, seen } from "./pair-state.ts";
import type { Changed } from "./pairs.ts";
import type { Reached } from "./peers.ts";
import { leavePosted } from "./posted-frames.ts";
import { findRecipient, ifPairsAnswer, type Passage, type ReachPorts, type Relayed } from "./reach.ts";
import { refuseForGood } from "./refuse-for-good.ts";
import { settle } from "./settle.ts";
import { isSequenced, type WaitingFrame } from "./waiting-frame.ts";

/** Rounds of deciding by a row that others change too: a burst of an SDP and its candidates changes it often. */
const rounds = 12;

/**
 * Relays a candidate, never before the SDP of its negotiation: in one AWS call when this instance knows
 * the pair's gate and the recipient's connection, else in two or three. One that comes first waits in the
 * pair's row until its SDP is delivered.
 */
export async function relayCandidate(
  ports: ReachPorts,
  passage: Passage,
  frame: WaitingFrame,
  line: Line,
): Promise<Relayed> {
  const { pair } = passage;
  const known = isSequenced(frame) ? undefined : ports.openGates.find(pair, frame.ufrags[0], ports.now());
  let closed: string | undefined;
  if (known) {
    const posted = await postFrame(ports.connections, known, frame);
    if (posted === "delivered") return { kind: posted };
    ports.openGates.forget(pair);
    if (posted === "unavailable") return leaveUnposted(ports, passage, frame, posted);
    if (posted === "refused") return { kind: posted, code: "undeliverable" };
    closed = known.id;
  }
  let row = await ports.pairs.read(pair);
  for (let round = 0; round < rounds; round += 1) {
    const verdict = verdictOn(row.state, frame, ports.now());
    if (verdict === "delivered") return { kind: verdict };
    if (verdict === "superseded" || verdict === "expired" || verdict === "unknown") {
      const refused = await refuseForGood(ports, passage, row, frame, verdict, line);
      if (refused.kind !== "changed") return refused;
      row = refused.row;
      continue;
    }
    // Sent again, it is posted by whoever comes for the one that waits, and by nobody else.
    const isThere = isWaiting(row, frame);
    if (verdict === "passes" && !isThere && !mustFollow(row, frame, passage, ports.now())) {
      const relayed = await postThroughGate(ports, passage, frame, row, closed, line);
      if (relayed.kind !== "changed") return relayed;
      row = relayed.row;
      continue;
    }
    const goesWithSdp = verdict === "waits" && row.state.gate === "closed";
    const otherwise = verdict === "passes" && isThere ? "sent_again" : "seq_awaited";
    const left = await leaveCandidate(ports, passage, row, frame, goesWithSdp ? "sdp_awaited" : otherwise);
    if (left.kind !== "changed") return left;
    row = left.row;
  }
  return { kind: "refused", code: "delivery_unavailable" };
}

/** A numbered frame goes behind those that another invocation is just posting. */
const mustFollow = ({ state }: PairRow, frame: WaitingFrame, { holder }: Passage, now: number): boolean =>
  isSequenced(frame) && isLeased(state, holder, now);

/** `closed` is a connection that this invocation found closed. */
async function postThroughGate(
  ports: ReachPorts,
  passage: Passage,
  frame: WaitingFrame,
  row: PairRow,
  closed: string | undefined,
  line: Line,
): Promise<Relayed | Changed> {
  const stored = row.state.connection;
  let gone = closed;
  if (stored && stored.id !== gone && isFresh(stored, ports.now())) {
    const posted = await postFrame(ports.connections, stored, frame);
    if (posted === "delivered") return conclude(ports, passage, frame, row, stored, line);
    if (posted === "refused") return refuseForGood(ports, passage, row, frame, "undeliverable", line);
    if (posted !== "gone") return leaveCandidate(ports, passage, row, frame, "unavailable");
    gone = stored.id;
  }
  const found = await findRecipient(ports, passage.recipient);
  if (!found) return leaveCandidate(ports, passage, row, frame, "absent");
  if (found.id === gone) return leaveCandidate(ports, passage, row, frame, "gone");
  // Past its time the offer does not come again, but the next one may be on its way.
  if (lacksOffer(row.state, found)) {
    return leaveCandidate(ports, passage, row, frame, "offer_unanswered");
  }
  const posted = await postFrame(ports.connections, found, frame);
  if (posted === "delivered") return conclude(ports, passage, frame, row, found, line);
  if (posted === "refused") return refuseForGood(ports, passage, row, frame, "undeliverable", line);
  return leaveCandidate(ports, passage, row, frame, posted === "gone" ? posted : "unavailable");
}

/** The candidate was delivered: a numbered one moves its sequence on, and what stands behind it follows. */
async function conclude(
  ports: ReachPorts,
  passage: Passage,
  frame: WaitingFrame,
  row: PairRow,
  reached: Reached,
  line: Line,
): Promise<Relayed> {
  ports.openGates.remember(passage.pair, row.state, reached);
  const after = isSequenced(frame)
    ? await ifPairsAnswer(() => moveOn(ports, passage, frame, row, reached))
    : row;
  if (after === "pairs_unavailable") {
    await leavePosted(ports, passage, [{ frame, fate: "delivered", reached }]);
    return { kind: "delivered", code: after };
  }
  const concluded = after && (await ifPairsAnswer(() => followUp(ports, passage, after, line)));
  return concluded === "pairs_unavailable" ? { kind: "delivered", code: concluded } : { kind: "delivered" };
}

/** Writes that the number was delivered. */
async function moveOn(
  { pairs, now }: ReachPorts,
  { pair }: Passage,
  frame: WaitingFrame,
  before: PairRow,
  reached: Reached,
): Promise<PairRow | undefined> {
  let row = before;
  for (let round = 0; round < rounds; round += 1) {
    const state = { ...settle(row.state, frame, "delivered", reached) };
    // Its offer may have gone to a newer connection since: that one would get it again.
    const isNewest = row.state.gate === "open" && !knowsNewer(row.state, reached);
    const connection = isNewest ? { connection: seen(reached) } : {};
    const written = await pairs.write(pair, row, { state: { ...state, ...connection } }, now());
    row = written.row;
    if (written.kind === "written") return row;
  }
  return undefined;
}
