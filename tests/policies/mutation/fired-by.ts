import { rules } from "../../../policies/index.ts";
import { judge } from "../../../policies/judge.ts";
import type { Resource } from "../../../policies/resource.ts";
import { isStackRule } from "../../../policies/rule.ts";
import { Stack } from "../../../policies/stack.ts";
import type { Flip } from "./flips-of.ts";

const today = "2026-11-25";
const resourceRules = rules.filter((rule) => !isStackRule(rule));
const stackRules = rules.filter(isStackRule);

/** A rule that speaks, and of which resource. */
export interface Fired {
  readonly rule: string;
  readonly urn: string;
  readonly message: string;
}

/** Each violation as one text. Rules about one resource are asked about the given ones only, to save time. */
export function violationsOf(stack: Stack, resources: readonly Resource[] = stack.resources): string[] {
  return [
    ...judge(new Stack(resources), { rules: resourceRules, today }).violations,
    ...judge(stack, { rules: stackRules, today }).violations,
  ].map(({ rule, resource, message }) => `${rule}|${resource.urn}|${message}`);
}

/** What a flip makes speak that was silent before. */
export function newlyFired(
  { resource, changed }: Pick<Flip, "resource" | "changed">,
  before: ReadonlySet<string>,
): Fired[] {
  const stack = changed();
  const flipped = stack.resources.filter(({ urn }) => urn === resource.urn);
  return violationsOf(stack, flipped)
    .filter((violation) => !before.has(violation))
    .map((violation) => {
      const [rule = "", urn = "", ...message] = violation.split("|");
      return { rule, urn, message: message.join("|") };
    });
}

/** The rules that a flip adds to those that were broken before. */
export function firedBy(flip: Pick<Flip, "resource" | "changed">, before: ReadonlySet<string>): string {
  return [...new Set(newlyFired(flip, before).map(({ rule }) => rule))].sort().join(" + ");
}
