import type { Line } from "../shared/telemetry.ts";
import { followUp } from "./follow-up.ts";
import type { PairRow } from "./pair-row.ts";
import type { Changed } from "./pairs.ts";
import { ifPairsAnswer, type Passage, type ReachPorts, type Relayed } from "./reach.ts";
import { overtake, useUp } from "./settle.ts";
import { isSequenced, type WaitingFrame } from "./waiting-frame.ts";

/**
 * Refuses a frame that is not to be sent again. If it has a number, that is used up first, so that those behind it
 * do not wait for it; an SDP that came too late is remembered, so that it is not taken for the newest when it is sent
 * again all the same. `row` is the row as it was read when the decision was made; when it has changed meanwhile,
 * the caller decides anew.
 */
export async function refuseForGood(
  ports: ReachPorts,
  passage: Passage,
  row: PairRow,
  frame: WaitingFrame,
  code: "superseded" | "expired" | "unknown" | "undeliverable",
  line: Line,
): Promise<Relayed | Changed> {
  const refused: Relayed = { kind: "refused", code };
  const state = isSequenced(frame) ? useUp(row.state, frame) : row.state;
  const change = { state: code === "superseded" ? overtake(state, frame) : state };
  if (change.state === row.state) return refused;
  const write = () => ports.pairs.write(passage.pair, row, change, ports.now());
  // Only the number must be written.
  const written = isSequenced(frame) ? await write() : await ifPairsAnswer(write);
  if (written === "pairs_unavailable") return refused;
  if (written.kind === "changed") return written;
  if (isSequenced(frame)) await ifPairsAnswer(() => followUp(ports, passage, written.row, line));
  return refused;
}
