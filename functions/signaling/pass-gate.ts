import type { Delivery } from "./deliveries.ts";
import { begin, type Gate, type Holder, isHeldBy, passage, settle, takeOver, unlock } from "./gate.ts";
import { orderOf, type SdpAction, type Sent } from "./negotiation.ts";
import type { PairRow, Pairs } from "./pairs.ts";

/** A frame that knows its pair. */
export type Negotiated = Delivery & { readonly negotiation: NonNullable<Delivery["negotiation"]> };

export const sentOf = ({ negotiation, frameId }: Negotiated): Sent => ({ ...negotiation, frameId });

interface GatePorts {
  readonly pairs: Pairs;
  readonly now: () => number;
}

/** A row whose gate is there. */
export type GateRow = PairRow & { readonly gate: Gate };

/** Rounds of reading and writing a row that others change too. */
const rounds = 8;

/** Enters an SDP into its pair's row. `contended`: others kept changing it. */
export async function beginSdp({ pairs, now }: GatePorts, frame: Negotiated, by: Holder): Promise<Entered> {
  const { pair } = frame.negotiation;
  for (let round = 0; round < rounds; round += 1) {
    const row = await pairs.read(pair);
    const begun = begin(row.gate, frame.action as SdpAction, sentOf(frame), by, now());
    if (begun.kind === "already" || begun.kind === "superseded") return begun;
    const { kind, gate } = begun;
    if (gate === row.gate) return { kind, row: { ...row, gate } };
    const written = await pairs.write(pair, row.version, { gate }, now());
    if (written !== "changed") return { kind, row: { ...written, gate } };
  }
  return { kind: "contended" };
}

type Entered =
  | { readonly kind: "begun"; readonly row: GateRow }
  | { readonly kind: "in_flight"; readonly row: GateRow }
  | { readonly kind: "behind"; readonly row: GateRow }
  | { readonly kind: "already" }
  | { readonly kind: "superseded" }
  | { readonly kind: "contended" };

/** What became of the candidates that waited for an SDP. */
export interface Released {
  readonly released: number;
  readonly superseded: number;
  readonly expired: number;
}

interface Outcome {
  readonly state: "open" | "queued" | "expired";
  readonly connection?: Gate["connection"];
}

/** Passes a held candidate on. False when it must go on waiting. */
type Pass = (held: Delivery) => Promise<boolean>;

/**
 * Says what became of an SDP, passes on the candidates that waited for it, and lets the next SDP of the
 * pair in. `row` is what `beginSdp` gave. Only the invocation whose SDP is being posted takes candidates
 * out of the row, so none is passed on twice.
 */
export async function settleSdp(
  ports: GatePorts,
  frame: Negotiated,
  by: Holder,
  row: GateRow,
  outcome: Outcome,
  pass: Pass,
): Promise<Released> {
  return settleOrder(ports, frame.negotiation.pair, orderOf(sentOf(frame)), by, row, outcome, pass);
}

async function settleOrder(
  { pairs, now }: GatePorts,
  pair: string,
  order: string,
  by: Holder,
  row: GateRow,
  outcome: Outcome,
  pass: Pass,
): Promise<Released> {
  // By position: until this invocation takes candidates out, others only append. The worker may append one
  // again that was passed on to the queue.
  const fates: Fate[] = [];
  let current = row;
  for (let round = 0; round < rounds; round += 1) {
    const next = settle(current.gate, order, outcome.state, outcome.connection);
    const unseen = current.held.slice(fates.length);
    const isNewest = next.order === order;
    let written: PairRow | "changed" = current;
    if (!isHeldBy(current.gate, order, by)) {
      if (next !== current.gate) written = await pairs.write(pair, current.version, { gate: next }, now());
    } else if (isNewest && unseen.length > 0 && next !== current.gate) {
      // The gate first: from here on no more candidates come to wait for this SDP.
      written = await pairs.write(pair, current.version, { gate: next }, now());
      if (written !== "changed") {
        current = { ...written, gate: next };
        continue;
      }
    } else {
      const todo = isNewest ? unseen : [];
      const first = (held: Delivery) => todo.findIndex(({ frameId }) => frameId === held.frameId);
      const found = await Promise.all(
        // A retried append may have left the same candidate twice.
        todo.map((held, index) => (first(held) === index ? fateOf(held, next, now(), pass) : "repeated")),
      );
      fates.push(...found);
      const rest = current.held.filter((_, index) => (fates[index] ?? "waits") === "waits");
      const change = { gate: unlock(next, order, by), held: { count: current.held.length, rest } };
      written = await pairs.write(pair, current.version, change, now());
    }
    if (written !== "changed") break;
    const read = await pairs.read(pair);
    if (!read.gate) break;
    current = { ...read, gate: read.gate };
  }
  const count = (fate: Fate) => fates.filter((one) => one === fate).length;
  return { released: count("released"), superseded: count("superseded"), expired: count("expired") };
}

/** Passes on what an invocation that died has left behind an open gate. */
export async function rescueHeld(ports: GatePorts, pair: string, row: PairRow, pass: Pass): Promise<void> {
  const gate = row.gate && row.held.length > 0 ? takeOver(row.gate, ports.now()) : undefined;
  if (!gate) return;
  const taken = await ports.pairs.write(pair, row.version, { gate }, ports.now());
  if (taken === "changed") return;
  await settleOrder(ports, pair, gate.order, "rescue", { ...taken, gate }, { state: "open" }, pass);
}

/** Lets the next SDP in after a fault. The lease does it if this fails too. */
export async function abandonSdp({ pairs, now }: GatePorts, frame: Negotiated): Promise<void> {
  try {
    const { pair } = frame.negotiation;
    const { gate, version } = await pairs.read(pair);
    const unlocked = gate && unlock(gate, orderOf(sentOf(frame)), "relay");
    if (unlocked && unlocked !== gate) await pairs.write(pair, version, { gate: unlocked }, now());
  } catch {
    // The fault that led here is the one to tell.
  }
}

type Fate = "released" | "superseded" | "expired" | "waits" | "repeated";

async function fateOf(held: Delivery, gate: Gate, now: number, pass: Pass): Promise<Fate> {
  if (held.expiresAt <= now) return "expired";
  const may = held.negotiation && passage(gate, held.negotiation);
  if (may === "superseded") return "superseded";
  const passes = may === "open" || may === "queued";
  return passes && (await pass(held)) ? "released" : "waits";
}
