import { rules } from "../../../policies/index.ts";
import { judge } from "../../../policies/judge.ts";
import type { Resource } from "../../../policies/resource.ts";
import { isStackRule, type Rule, type StackRule } from "../../../policies/rule.ts";
import { Stack } from "../../../policies/stack.ts";
import type { Flip } from "./flips-of.ts";
import { readersOf } from "./readers-of.ts";

const today = "2026-11-25";
const all: readonly Rule[] = rules;
const resourceRules = all.filter((rule) => !isStackRule(rule));
const stackRules = all.filter(isStackRule);

/** A rule that speaks, and of which resource. */
export interface Fired {
  readonly rule: string;
  readonly urn: string;
  readonly message: string;
}

/** Each violation as one text. Rules about one resource are asked about the given ones only, to save time. */
export function violationsOf(
  stack: Stack,
  resources: readonly Resource[] = stack.resources,
  ofStack: readonly StackRule[] = stackRules,
): string[] {
  return [
    ...judge(new Stack(resources), { rules: resourceRules, today }).violations,
    ...judge(stack, { rules: ofStack, today }).violations,
  ].map(({ rule, resource, message }) => `${rule}|${resource.urn}|${message}`);
}

/** What a flip makes speak that was silent before. */
export function newlyFired(
  { resource, changed }: Pick<Flip, "resource" | "changed">,
  before: ReadonlySet<string>,
  ofStack?: readonly StackRule[],
): Fired[] {
  const stack = changed();
  const flipped = stack.resources.filter(({ urn }) => urn === resource.urn);
  return violationsOf(stack, flipped, ofStack)
    .filter((violation) => !before.has(violation))
    .map((violation) => {
      const [rule = "", urn = "", ...message] = violation.split("|");
      return { rule, urn, message: message.join("|") };
    });
}

/** For a stack: the rules that a flip of it adds to those that were broken before. */
export function firedBy(stack: Stack): (flip: Omit<Flip, "kind">) => string {
  const before = new Set(violationsOf(stack));
  const readers = readersOf(stack, stackRules);
  return (flip) => {
    const isGone = flip.path === "";
    const ofStack = isGone ? stackRules : [...(readers.get(flip.resource.urn) ?? [])];
    return [...new Set(newlyFired(flip, before, ofStack).map(({ rule }) => rule))].sort().join(" + ");
  };
}
