import { isRetryable } from "../shared/failure.ts";
import type { Line } from "../shared/telemetry.ts";
import type { Settled } from "./drain.ts";
import { deliveryReport } from "./frames.ts";
import type { Member } from "./peers.ts";
import type { Passage, ReachPorts } from "./reach.ts";

type ReportPorts = Pick<ReachPorts, "connections" | "wakeUps">;

/** In place of a connection that could not be looked up. */
export const unavailable = Symbol("unavailable");

/**
 * Tells a sender what became of frames that had been answered with `queued`: those with a correlation id, for it
 * cannot know the others. What cannot be told now is left to the worker. `id` is unique for this telling.
 * `connectionId` is the sender's; without one it is gone and is not told.
 */
export async function report(
  { connections, wakeUps }: ReportPorts,
  sender: Member,
  connectionId: string | typeof unavailable | undefined,
  recipientName: string,
  settled: readonly Settled[],
  id: string,
): Promise<void> {
  const told = settled.filter(({ frame }) => frame.correlationId !== undefined);
  if (told.length === 0 || connectionId === undefined) return;
  const frame = deliveryReport(recipientName, told);
  const posted = connectionId === unavailable ? "unavailable" : await connections.post(connectionId, frame);
  if (posted !== "unavailable" && posted !== "unknown" && posted !== "gone") return;
  try {
    await wakeUps.send({ v: 2, kind: "report", ...sender, frame }, id);
  } catch (error) {
    // The frames had their end; only the news of it is lost.
    if (!isRetryable(error)) throw error;
  }
}

/** How many came to which end. */
export function countFates(settled: readonly Settled[]) {
  const count = (fate: Settled["fate"]) => settled.filter((one) => one.fate === fate).length;
  return {
    released: count("delivered"),
    superseded: count("superseded"),
    expired: count("expired"),
    ambiguous: count("unknown"),
    undeliverable: count("undeliverable"),
  };
}

/** Counts what became of the sender's earlier frames, and tells it. */
export async function tellSender(
  ports: ReportPorts,
  { pair, recipient, senderConnectionId, holder }: Passage,
  settled: readonly Settled[],
  line: Line,
): Promise<void> {
  if (settled.length === 0) return;
  line.add(countFates(settled));
  const sender = { channel: recipient.channel, name: pair.sender };
  await report(ports, sender, senderConnectionId, recipient.name, settled, holder);
}
