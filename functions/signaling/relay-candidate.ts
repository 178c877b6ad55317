import type { Delivery } from "./deliveries.ts";
import { passage } from "./gate.ts";
import { isFresh } from "./open-gates.ts";
import { longestHeld, mostHeld, type PairRow } from "./pairs.ts";
import { type Negotiated, rescueHeld } from "./pass-gate.ts";
import { findRecipient, ifPairsAnswer, queue, type ReachPorts, type Relayed } from "./reach.ts";

const rounds = 4;

/**
 * Relays a candidate, never before the SDP of its negotiation: in one AWS call when this instance knows
 * the pair's gate and the recipient's connection, else in two or three. One that comes first waits in the
 * pair's row until its SDP is delivered.
 */
export async function relayCandidate(ports: ReachPorts, frame: Negotiated): Promise<Relayed> {
  const { pair, ufrags } = frame.negotiation;
  const known = ports.openGates.find(pair, ufrags[0], ports.now());
  if (known !== undefined) {
    const posted = await ports.connections.post(known, frame.frame);
    if (posted === "delivered") return { kind: "delivered" };
    ports.openGates.forget(pair);
    if (posted === "unavailable") return queue(ports, frame, posted);
  }
  for (let round = 0; round < rounds; round += 1) {
    const row = await ifPairsAnswer(() => ports.pairs.read(pair));
    if (row === "pairs_unavailable") return queue(ports, frame, row);
    const may = passage(row.gate, frame.negotiation);
    if (may === "superseded" || may === "expired") return { kind: "refused", code: may };
    if (may === "queued") return queue(ports, frame, "sdp_queued");
    if (may === "open") return postThroughGate(ports, frame, row, known);
    if (row.held.length >= mostHeld || frame.frame.length > longestHeld) {
      return { kind: "refused", code: "too_many_waiting" };
    }
    const held = await ifPairsAnswer(() => ports.pairs.hold(pair, row.version, frame, ports.now()));
    if (held === "held") return { kind: "queued", code: "sdp_awaited" };
    if (held === "pairs_unavailable") return queue(ports, frame, held);
  }
  return queue(ports, frame, "pair_contended");
}

/** `gone` is a connection that this invocation found closed. */
async function postThroughGate(
  ports: ReachPorts,
  frame: Negotiated,
  row: PairRow,
  gone: string | undefined,
): Promise<Relayed> {
  const stored = row.gate?.connection;
  let closed = gone;
  if (stored !== undefined && stored.id !== gone && isFresh(stored, ports.now())) {
    const posted = await ports.connections.post(stored.id, frame.frame);
    if (posted === "unavailable") return queue(ports, frame, posted);
    if (posted === "delivered") return conclude(ports, frame, row, stored);
    closed = stored.id;
  }
  const found = await findRecipient(ports, frame);
  if (typeof found === "string") return queue(ports, frame, found);
  if (found.id === closed) return queue(ports, frame, "gone");
  const posted = await ports.connections.post(found.id, frame.frame);
  return posted === "delivered" ? conclude(ports, frame, row, found) : queue(ports, frame, posted);
}

async function conclude(
  ports: ReachPorts,
  { negotiation: { pair } }: Negotiated,
  row: PairRow,
  connection: { readonly id: string; readonly foundAt: number },
): Promise<Relayed> {
  ports.openGates.remember(pair, { ufrags: row.gate?.ufrags ?? [], connection });
  const pass = async (held: Delivery): Promise<boolean> => {
    if ((await ports.connections.post(connection.id, held.frame)) !== "delivered") {
      await ports.deliveries.send(held);
    }
    return true;
  };
  await ifPairsAnswer(() => rescueHeld(ports, pair, row, pass));
  return { kind: "delivered" };
}
