import { judge } from "../../../../chaos/signaling/judge/judge.ts";
import { WrittenLedger } from "./written-ledger.ts";

/** A master and a viewer, both connected; more is written by `plant`. */
export function brokenPromises(plant: (run: Run) => void, options: { ambiguous?: boolean } = {}): string[] {
  const ledger = new WrittenLedger(options);
  const master = ledger.page(ledger.member("MASTER"));
  const viewer = ledger.page(ledger.member("viewer-1"));
  plant({ ledger, master, viewer });
  return [...new Set(judge(ledger.done()).violations.map(({ promise }) => promise))];
}

export interface Run {
  readonly ledger: WrittenLedger;
  readonly master: string;
  readonly viewer: string;
}

/** A promise, and ways in which a run breaks it. */
export type Plants = readonly [promise: string, ways: Readonly<Record<string, (run: Run) => void>>];

/** A frame of the viewer that is answered and arrives. */
export function relayed({ ledger, master, viewer }: Run, frame: Parameters<WrittenLedger["send"]>[1] = {}) {
  const sent = ledger.send(viewer, frame);
  ledger.arrive(master, sent);
  ledger.answer(viewer, sent);
  return sent;
}

export const candidate = (ufrag = "u1") => ({ kind: "ICE_CANDIDATE" as const, ufrag });
