import { type Exemption, exempts, flawOf, isCurrent, isMeantFor, titleOf } from "./exemption.ts";
import { rules as allRules, type RuleName } from "./index.ts";
import type { Resource } from "./resource.ts";
import { isStackRule, type Rule, type Violation } from "./rule.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { Stack } from "./stack.ts";

export interface JudgeOptions {
  readonly rules?: readonly Rule[];
  readonly settings?: Partial<Settings>;
  readonly exemptions?: readonly Exemption[];
  /** Rules that are off unless named here. */
  readonly switchedOn?: readonly RuleName[];
  /** As `2026-11-25`. */
  readonly today: string;
}

export interface RuleViolation extends Violation {
  readonly rule: string;
}

export interface Judgement {
  readonly violations: readonly RuleViolation[];
  readonly exempted: readonly RuleViolation[];
  /** What is wrong with the exemptions themselves: expired, unused, or incomplete. One sentence each. */
  readonly complaints: readonly string[];
}

/** Asks every rule about a stack. Pure: the same stack and day give the same judgement. */
export function judge(stack: Stack, options: JudgeOptions): Judgement {
  const { exemptions = [], today } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const rules = (options.rules ?? allRules).filter((rule) => isOn(rule, options.switchedOn));
  const found = rules.flatMap((rule) =>
    violationsOf(rule, stack, settings).map((violation) => ({ rule: rule.name, ...violation })),
  );
  const used = new Set<Exemption>();
  const violations: RuleViolation[] = [];
  const exempted: RuleViolation[] = [];
  for (const violation of found) {
    const exemption = exemptions.find(
      (candidate) => candidate.rule === violation.rule && isMeantFor(candidate, violation.resource),
    );
    if (exemption) used.add(exemption);
    if (exemption && exempts(exemption, violation.resource, today)) exempted.push(violation);
    else violations.push(violation);
  }
  return { violations, exempted, complaints: complaintsAbout(exemptions, used, stack, today) };
}

export function isOn({ name, off }: Rule, switchedOn: readonly string[] = []): boolean {
  return off === undefined || switchedOn.includes(name);
}

function violationsOf(rule: Rule, stack: Stack, settings: Settings): readonly Violation[] {
  if (isStackRule(rule)) return rule.violationsOf(stack, settings);
  return stack
    .ofType(...rule.types)
    .flatMap((resource: Resource) =>
      rule.violations(resource, settings).map((message) => ({ resource, message })),
    );
}

function complaintsAbout(
  exemptions: readonly Exemption[],
  used: ReadonlySet<Exemption>,
  stack: Stack,
  today: string,
): string[] {
  return exemptions.flatMap((exemption) => {
    const title = `The exemption from ${titleOf(exemption)}`;
    const flaw = flawOf(exemption);
    if (flaw) return [`${title} is incomplete: ${flaw}.`];
    if (!isCurrent(exemption, today))
      return [`${title} expired on ${exemption.expires}: mend it, or ask ${exemption.owner} for another.`];
    const isElsewhere = exemption.stacks && !exemption.stacks.includes(stack.name ?? "");
    const isMissing =
      exemption.optional && !stack.resources.some((resource) => isMeantFor(exemption, resource));
    // What a preview cannot know yet may be what the exemption is for.
    if (used.has(exemption) || isElsewhere || isMissing || stack.isPartlyUnknown) return [];
    return [`${title} is not used any more: remove it.`];
  });
}
