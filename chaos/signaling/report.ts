import type { Counts } from "./judge/judge.ts";
import type { Violation } from "./judge/violation.ts";
import type { Trouble } from "./load/wave.ts";

export interface PhaseReport {
  readonly negotiations: number;
  /** How often a fault was injected, by service. */
  readonly fired: Readonly<Record<string, number>>;
  /** Instances that were killed in the middle of an invocation. */
  readonly kills: number;
  readonly counts: Counts;
}

export interface ChaosReport {
  readonly chaos: "signaling";
  readonly seed: number;
  readonly negotiations: number;
  readonly seconds: number;
  readonly phases: Partial<Readonly<Record<Trouble, PhaseReport>>>;
  readonly violations: readonly (Violation & {
    readonly wave: string;
    /** The ledger's entries about its frames, in order. */
    readonly story: readonly string[];
  })[];
}
