import type { Ledger } from "../ledger.ts";
import { judgeAnswers } from "./judge-answers.ts";
import { judgeArrivals } from "./judge-arrivals.ts";
import { judgeCompany } from "./judge-company.ts";
import { type Fate, judgeFates } from "./judge-fates.ts";
import { judgeOffers } from "./judge-offers.ts";
import { judgeOrder } from "./judge-order.ts";
import { judgeRepeats } from "./judge-repeats.ts";
import { judgeSequence } from "./judge-sequence.ts";
import { LedgerIndex } from "./ledger-index.ts";
import type { Violation } from "./violation.ts";

export interface Counts {
  readonly frames: Readonly<Record<string, number>>;
  readonly sends: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly reports: Readonly<Record<string, number>>;
  /** Add up to the frames. */
  readonly fates: Readonly<Record<Fate, number>>;
  readonly arrivals: number;
  readonly repeatsAfterResend: number;
  readonly repeatsAfterAmbiguity: number;
  readonly receivedAfterEnd: number;
  readonly receivedUnreported: number;
  readonly gaps: number;
  readonly acknowledgements: number;
  readonly gatewayErrors: number;
  readonly clients: number;
  readonly connections: number;
  readonly waves: number;
  /** In which calls may have timed out, the machine being slow. */
  readonly slowWaves: number;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
}

/** Judges what client sockets saw by what docs/signaling.md promises. */
export function judge(ledger: Ledger): Verdict {
  const index = new LedgerIndex(ledger);
  const fates = judgeFates(index);
  const repeats = judgeRepeats(index);
  return {
    violations: [
      ...judgeArrivals(index),
      ...judgeAnswers(index),
      ...fates.violations,
      ...repeats.violations,
      ...judgeOrder(index),
      ...judgeSequence(index),
      ...judgeOffers(index),
      ...judgeCompany(index),
    ],
    counts: {
      frames: tally(ledger.frames.map(({ kind }) => kind)),
      sends: ledger.frames.reduce((sum, { sends }) => sum + sends.length, 0),
      answers: tally(ledger.answers.map(({ code }) => code)),
      reports: tally(ledger.reports.map(({ code }) => code)),
      fates: fates.counts,
      arrivals: ledger.relayed.length,
      repeatsAfterResend: repeats.afterResend,
      repeatsAfterAmbiguity: repeats.afterAmbiguity,
      receivedAfterEnd: fates.receivedAfterEnd,
      receivedUnreported: fates.receivedUnreported,
      gaps: ledger.gaps.length,
      acknowledgements: ledger.acknowledgements.length,
      gatewayErrors: ledger.gatewayErrors.length,
      clients: ledger.clients.length,
      connections: ledger.sockets.length,
      waves: 1,
      slowWaves: Number(index.isSlow),
    },
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
