import type { Line } from "../shared/telemetry.ts";
import type { Delivery } from "./deliveries.ts";
import { orderOf } from "./negotiation.ts";
import { abandonSdp, beginSdp, type GateRow, type Negotiated, sentOf, settleSdp } from "./pass-gate.ts";
import { type Delay, findRecipient, ifPairsAnswer, queue, type ReachPorts, type Relayed } from "./reach.ts";

/**
 * Relays an SDP in five AWS calls: it closes its pair's gate, so that no candidate of its negotiation goes
 * first, is posted, and opens the gate. One SDP of a pair is posted at a time; one that comes meanwhile
 * goes through the queue. While the pairs table fails, every SDP does.
 */
export async function relaySdp(ports: ReachPorts, frame: Negotiated, line: Line): Promise<Relayed> {
  try {
    const [begun, recipient] = await bothOf(
      ifPairsAnswer(() => beginSdp(ports, frame, "relay")),
      findRecipient(ports, frame),
    );
    if (begun === "pairs_unavailable") return await queue(ports, frame, begun);
    switch (begun.kind) {
      case "superseded":
        return { kind: "refused", code: "superseded" };
      case "already":
        return { kind: "delivered" };
      case "contended":
        return await queue(ports, frame, "pair_contended");
      case "in_flight":
        return await queueAndMark(ports, frame, begun.row, "sdp_in_flight", line);
      default:
        if (typeof recipient === "string")
          return await queueAndMark(ports, frame, begun.row, recipient, line);
        return await post(ports, frame, begun.row, recipient, line);
    }
  } catch (error) {
    await abandonSdp(ports, frame);
    throw error;
  }
}

async function post(
  ports: ReachPorts,
  frame: Negotiated,
  row: GateRow,
  recipient: { readonly id: string; readonly foundAt: number },
  line: Line,
): Promise<Relayed> {
  const posted = await ports.connections.post(recipient.id, frame.frame);
  if (posted !== "delivered") return queueAndMark(ports, frame, row, posted, line);
  const pass = async (held: Delivery): Promise<boolean> => {
    if ((await ports.connections.post(recipient.id, held.frame)) !== "delivered") {
      await ports.deliveries.send(held);
    }
    return true;
  };
  const opening = { state: "open", connection: recipient } as const;
  const settled = await ifPairsAnswer(() => settleSdp(ports, frame, "relay", row, opening, pass));
  if (settled === "pairs_unavailable") return { kind: "delivered", code: settled };
  line.add(settled);
  const { pair, ufrags } = frame.negotiation;
  // An answer behind a newer offer opened nothing.
  if (row.gate.order === orderOf(sentOf(frame)))
    ports.openGates.remember(pair, { ufrags, connection: recipient });
  return { kind: "delivered" };
}

/** The queue first, so that a candidate that finds the gate `queued` comes behind its SDP. */
async function queueAndMark(
  ports: ReachPorts,
  frame: Negotiated,
  row: GateRow,
  code: Delay,
  line: Line,
): Promise<Relayed> {
  const queued = await queue(ports, frame, code);
  const pass = async (held: Delivery): Promise<boolean> => {
    await ports.deliveries.send(held);
    return true;
  };
  const settled = await ifPairsAnswer(() => settleSdp(ports, frame, "relay", row, { state: "queued" }, pass));
  if (settled !== "pairs_unavailable") line.add(settled);
  return queued;
}

/** Both results, once both have ended; throws the first fault. */
async function bothOf<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
