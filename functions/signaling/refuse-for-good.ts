import type { Line } from "../shared/telemetry.ts";
import { followUp } from "./follow-up.ts";
import type { PairRow } from "./pair-row.ts";
import type { Changed } from "./pairs.ts";
import { ifPairsAnswer, type Passage, type ReachPorts, type Relayed } from "./reach.ts";
import { useUp } from "./settle.ts";
import { isSequenced, type WaitingFrame } from "./waiting-frame.ts";

/**
 * Refuses a frame that is not to be sent again. If it has a number, that is used up first, so that those behind it
 * do not wait for it. `row` is the row as it was read when the decision was made; when it has changed meanwhile,
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
  if (!isSequenced(frame)) return refused;
  const state = useUp(row.state, frame);
  if (state === row.state) return refused;
  const written = await ports.pairs.write(passage.pair, row, { state }, ports.now());
  if (written.kind === "changed") return written;
  await ifPairsAnswer(() => followUp(ports, passage, written.row, line));
  return refused;
}
