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

/** Adds up two phases, number by number. */
export const sumOf = (one: PhaseReport | undefined, other: PhaseReport): PhaseReport =>
  one ? (add(one, other) as PhaseReport) : other;

function add(one: unknown, other: unknown): unknown {
  if (typeof one === "number" || typeof other === "number") return Number(one ?? 0) + Number(other ?? 0);
  const [left, right] = [one ?? {}, other ?? {}] as [Record<string, unknown>, Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, add(left[name], right[name])]));
}
