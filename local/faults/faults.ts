import type { Call, FaultRule } from "./fault-rule.ts";

/** The rules by which calls fail on purpose. */
export interface Faults {
  /** Replaces all rules and their counts. Without a seed one is chosen. */
  replace(rules: readonly FaultRule[], seed?: number): void;
  /** The rules in order, and the seed that repeats their draws. */
  list(): {
    readonly seed: number;
    readonly faults: readonly (FaultRule & { readonly fired: number })[];
  };
  /**
   * Lets one call take effect, unless a rule fires. Then it does what the rule says: waits on the clock,
   * throws its error as an AwsError, or throws a DroppedCall; with `after` once `effect` has ended,
   * whatever it answered.
   */
  through<Answer>(call: Call, effect: () => Answer | Promise<Answer>): Promise<Answer>;
}

/** The connection of this call is to be cut, without an answer. */
export class DroppedCall extends Error {
  override readonly name = "DroppedCall";
}

/** Lets every call pass. */
export const noFaults: Pick<Faults, "through"> = { through: async (_, effect) => effect() };
