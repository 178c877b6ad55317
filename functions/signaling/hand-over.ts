import { bulkhead } from "cockatiel";
import { isRetryable } from "../shared/failure.ts";
import { type Drained, drain, lease, type Obstacle, postFrame, type Settled } from "./drain.ts";
import { orderOf, type Pair } from "./negotiation.ts";
import { awaitsTurn, nextStep } from "./next-step.ts";
import type { PairRow } from "./pair-row.ts";
import { awaitsOffer, isLeased, isOfferInFlight, type PairState, seen, takeLease } from "./pair-state.ts";
import {
  keyOfMember,
  type Member,
  type PeerRemoval,
  type Presence,
  type Reached,
  reachedAt,
} from "./peers.ts";
import { openingTime } from "./presence.ts";
import { ifPairsAnswer, type ReachPorts } from "./reach.ts";
import { report, unavailable } from "./reports.ts";
import type { PresencePorts } from "./tell-presence.ts";

export interface HandOverPorts extends Omit<ReachPorts, "openGates">, PresencePorts {
  readonly removal: PeerRemoval;
}

interface HandOverOptions {
  /** Looked at even if nothing is known to wait. */
  readonly sender: string | undefined;
  readonly holder: string;
  readonly lastTry: boolean;
  readonly mayGoOn: () => boolean;
}

export interface HandedOver {
  readonly settled: readonly Settled[];
  /** Why it must be tried again. */
  readonly obstacle?: Obstacle | "not_open_yet" | "sdp_in_flight" | "seq_awaited";
}

const atOnce = 8;

/**
 * Posts all that waits for a member, each sender's in order; senders are independent. What is past its time ends,
 * also when the member is absent. Tells the senders. A connection that answers 410 and is not just opening is
 * removed, and others are told that it is gone.
 */
export async function handOver(
  ports: HandOverPorts,
  member: Member,
  { sender, holder, lastTry, mayGoOn }: HandOverOptions,
): Promise<HandedOver> {
  const recipient = keyOfMember(member);
  const foundAt = ports.now();
  const [presence, rows] = await Promise.all([
    ports.peers.find(member, foundAt),
    ports.pairs.waitingFor(recipient, foundAt),
  ]);
  const reached = presence && reachedAt(presence, foundAt);
  const senders = new Set([...rows.map((row) => row.sender), ...(sender === undefined ? [] : [sender])]);
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const handed = await Promise.allSettled(
    [...senders].map((name) =>
      limited.execute(() =>
        handOverPair(ports, member, { recipient, sender: name }, { reached, holder, lastTry, mayGoOn }),
      ),
    ),
  );
  const fulfilled = handed.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const settled = fulfilled.flatMap((one) => one.settled);
  const rejected = handed.find((one) => one.status === "rejected");
  if (rejected && !(isRetryable(rejected.reason) && settled.length > 0)) throw rejected.reason;
  const obstacles = fulfilled.flatMap(({ obstacle }) => (obstacle ? [obstacle] : []));
  if (rejected) return { settled, obstacle: "unavailable" };
  if (presence && obstacles.includes("gone")) {
    if (ports.now() - presence.connectedAt < openingTime) return { settled, obstacle: "not_open_yet" };
    await removeGone(ports, member, presence);
  }
  const other = obstacles.find((obstacle) => obstacle !== "gone");
  return { settled, ...(other && { obstacle: other }) };
}

/** Others are told first: when that fails, the row is still there for the next try. */
async function removeGone(ports: HandOverPorts, member: Member, presence: Presence): Promise<void> {
  const { role, connectedAt, connectionId } = presence;
  await ports.wakeUps.send(
    { v: 2, kind: "departure", ...member, role, connectedAt, cause: "gone" },
    connectionId,
  );
  await ports.removal.remove(member, connectionId);
}

interface PairOptions extends Omit<HandOverOptions, "sender"> {
  readonly reached: Reached | undefined;
}

async function handOverPair(
  ports: HandOverPorts,
  member: Member,
  pair: Pair,
  { reached, holder, lastTry, mayGoOn }: PairOptions,
): Promise<{ readonly settled: readonly Settled[]; readonly obstacle?: HandedOver["obstacle"] }> {
  const row = await ports.pairs.read(pair);
  const now = ports.now();
  const isFresh = reached !== undefined && awaitsOffer(row.state, reached, now);
  if (!isFresh && !nextStep(row.state, row.waiting, now, reached !== undefined)) {
    // It may be going to an older connection, and is to be sent again to this one then.
    const inFlight = reached && isOfferInFlight(row.state) && isLeased(row.state, holder, now);
    return { settled: [], ...(inFlight ? { obstacle: "sdp_in_flight" } : turnIn(ports, row, reached)) };
  }
  const leased = await lease(ports, pair, row, (state) =>
    isLeased(state, holder, ports.now()) ? undefined : takeLease(state, holder, ports.now()),
  );
  if (!leased) return { settled: [], obstacle: "sdp_in_flight" };
  // The row may have changed since it was read: a newer offer may have gone to this very connection.
  const offered =
    reached && awaitsOffer(leased.state, reached, ports.now())
      ? await offerAgain(ports, member, pair, leased, reached)
      : { row: leased };
  const drained: Drained = await drain(ports, pair, {
    row: offered.row,
    holder,
    reached: offered.obstacle ? undefined : reached,
    ...(offered.before && { before: offered.before }),
    lastTry,
    mayGoOn,
  });
  if (drained.failure) throw drained.failure;
  await reportTo(ports, { channel: member.channel, name: pair.sender }, member.name, drained.settled, holder);
  const obstacle = offered.obstacle ?? drained.obstacle;
  return { settled: drained.settled, ...(obstacle ? { obstacle } : turnIn(ports, drained.row, reached)) };
}

/** Tells a sender, wherever it is now, what became of frames that had waited for `recipient`. */
export async function reportTo(
  ports: HandOverPorts,
  sender: Member,
  recipient: string,
  settled: readonly Settled[],
  id: string,
): Promise<void> {
  if (settled.length > 0)
    await report(ports, sender, await connectionOf(ports, sender), recipient, settled, id);
}

/** Where a sender is to be told; `unavailable` while the peers table fails. */
async function connectionOf(ports: HandOverPorts, sender: Member) {
  try {
    return (await ports.peers.find(sender, ports.now()))?.connectionId;
  } catch (error) {
    if (isRetryable(error)) return unavailable;
    throw error;
  }
}

/** What waits for its turn only is to be looked at again. */
const turnIn = ({ now }: HandOverPorts, { state, waiting }: PairRow, reached: Reached | undefined) =>
  reached && awaitsTurn(state, waiting, now()) ? { obstacle: "seq_awaited" as const } : {};

/** Gives a fresh client the offer that the one before it has left without an answer. */
async function offerAgain(
  { pairs, connections }: HandOverPorts,
  member: Member,
  { sender }: Pair,
  row: PairRow,
  reached: Reached,
): Promise<{ readonly row: PairRow; readonly before?: readonly Settled[]; readonly obstacle?: Obstacle }> {
  const { offer } = row.state;
  if (!offer) return { row };
  const back = await ifPairsAnswer(() =>
    pairs.read({ recipient: keyOfMember({ channel: member.channel, name: sender }), sender: member.name }),
  );
  // Thrown, it would leave the lease to whoever comes for the offer next, for 15 seconds.
  if (back === "pairs_unavailable") return { row, obstacle: "unavailable" };
  if ((back.state.latest.SDP_ANSWER ?? "") > orderOf(offer)) return { row: adopt(row, reached) };
  const posted = await postFrame(connections, reached, offer);
  if (posted === "gone" || posted === "unavailable") return { row, obstacle: posted };
  if (posted === "refused") return { row: adopt(row, reached) };
  // Whether its candidates may follow is as unknown as whether it arrived.
  if (posted === "unknown") return { row, before: [{ frame: offer, fate: "unknown" }] };
  return { row, before: [{ frame: offer, fate: "delivered", reached }] };
}

/** The fresh client needs no offer. */
function adopt(row: PairRow, reached: Reached): PairRow {
  const { offer: _, ...rest } = row.state;
  const state: PairState = { ...rest, connection: seen(reached) };
  return { ...row, state };
}
