import type { Resource } from "./resource.ts";
import type { Settings } from "./settings.ts";
import type { Stack } from "./stack.ts";

interface RuleText<Name extends string> {
  /** The file's name: it appears in the preview. */
  readonly name: Name;
  /** What must hold, in one sentence. */
  readonly holds: string;
  readonly why: string;
  /** The ids of the rules of other scanners that ask for this or for part of it. */
  readonly elsewhere: readonly string[];
  /** Why the rule is off unless a team switches it on. Absent: the rule is mandatory. */
  readonly off?: string;
}

/** A rule about one resource. It blocks before the resource is made. */
export interface ResourceRule<Name extends string = string> extends RuleText<Name> {
  readonly types: readonly string[];
  /** What is wrong and how to mend it, one sentence each; empty when nothing is. */
  readonly violations: (resource: Resource, settings: Settings) => readonly string[];
}

/** What is wrong with one resource of a stack. */
export interface Violation {
  readonly resource: Resource;
  readonly message: string;
}

/** A rule about how resources relate. The engine asks it at the end: of a preview, or of an update. */
export interface StackRule<Name extends string = string> extends RuleText<Name> {
  readonly violationsOf: (stack: Stack, settings: Settings) => readonly Violation[];
}

export type Rule<Name extends string = string> = ResourceRule<Name> | StackRule<Name>;

export function isStackRule(rule: Rule): rule is StackRule {
  return "violationsOf" in rule;
}

/** Keeps the name's literal type, so that exemptions can only name rules that exist. */
export function resourceRule<const Name extends string>(rule: ResourceRule<Name>): ResourceRule<Name> {
  return rule;
}

export function stackRule<const Name extends string>(rule: StackRule<Name>): StackRule<Name> {
  return rule;
}

/** The violation that each of some resources makes with the same message. */
export function eachOf(resources: readonly Resource[], message: string): readonly Violation[] {
  return resources.map((resource) => ({ resource, message }));
}
