import type { Call, FaultRule } from "./fault-rule.ts";

/** A rule in force, with how often it fired and how often chance was asked for it. */
export interface ActiveRule {
  readonly rule: FaultRule;
  readonly fired: number;
  readonly drawn: number;
}

/** A number from 0 up to, not including, 1: the `nth` draw of the rule at `index`. */
export type Random = (index: number, nth: number) => number;

export interface Decision {
  /** The rule that fires; undefined when the call is to go its way. */
  readonly fault: FaultRule | undefined;
  /** The rules as they are after this call. */
  readonly rules: readonly ActiveRule[];
}

/**
 * The first rule that concerns the call, is not used up, and has chance on its side. Draws of one rule do
 * not depend on calls that other rules concern.
 */
export function faultFor(rules: readonly ActiveRule[], call: Call, random: Random): Decision {
  let after = rules;
  for (const [index, active] of rules.entries()) {
    const { rule, fired, drawn } = active;
    if (fired >= (rule.times ?? Number.POSITIVE_INFINITY) || !concerns(rule, call)) continue;
    const certain = rule.probability === undefined || rule.probability === 1;
    const fires = certain || random(index, drawn) < (rule.probability ?? 1);
    after = after.with(index, { rule, fired: fired + Number(fires), drawn: drawn + Number(!certain) });
    if (fires) return { fault: rule, rules: after };
  }
  return { fault: undefined, rules: after };
}

function concerns({ service, operation, match }: FaultRule, call: Call): boolean {
  if (service !== call.service || (operation ?? call.operation) !== call.operation) return false;
  return match === undefined || call.text().includes(match);
}
