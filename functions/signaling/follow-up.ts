import type { Line } from "../shared/telemetry.ts";
import { drain, lease } from "./drain.ts";
import { wakeWorker } from "./leave-waiting.ts";
import { nextStep } from "./next-step.ts";
import type { PairRow } from "./pair-row.ts";
import { awaitsOffer, isLeased, type PairState, takeLease } from "./pair-state.ts";
import { leavePosted } from "./posted-frames.ts";
import { lookForRecipient, type Passage, type ReachPorts } from "./reach.ts";
import { tellSender } from "./reports.ts";

/**
 * Passes on what can go now that a frame has come to its end: the next number, or what an invocation that died has
 * left behind an open gate. Another invocation that is just posting does so itself. Throws what the pairs table
 * throws.
 */
export async function followUp(ports: ReachPorts, passage: Passage, row: PairRow, line: Line): Promise<void> {
  const { pair, recipient, holder } = passage;
  const isBusy = (state: PairState) => isLeased(state, holder, ports.now());
  if (isBusy(row.state) || !nextStep(row.state, row.waiting, ports.now(), true)) return;
  const leased = await lease(ports, pair, row, (state) =>
    isBusy(state) ? undefined : takeLease(state, holder, ports.now()),
  );
  if (!leased) return;
  // After the lease is written: an SDP may be among it, and a recipient that comes later than this look sees that.
  const found = await lookForRecipient(ports, recipient);
  const isReady = found && found !== "unavailable" && !awaitsOffer(leased.state, found, ports.now());
  const drained = await drain(ports, pair, { row: leased, holder, reached: isReady ? found : undefined });
  if (drained.failure) {
    await leavePosted(ports, passage, drained.settled);
    throw drained.failure;
  }
  await tellSender(ports, passage, drained.settled, line);
  if (drained.obstacle || (found && !isReady)) await wakeWorker(ports, passage);
}
