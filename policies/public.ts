/** What the package offers without Pulumi: rules, the judge, and reading of exported state. */
export type { Exemption } from "./exemption.ts";
export { type RuleName, rules } from "./index.ts";
export { type Judgement, type JudgeOptions, judge, type RuleViolation } from "./judge.ts";
export { readState, type UnreadableState } from "./read-state.ts";
export { Resource, type ResourceFacts } from "./resource.ts";
export { type Rule, resourceRule, stackRule, type Violation } from "./rule.ts";
export { defaultSettings, type Settings } from "./settings.ts";
export { Stack } from "./stack.ts";
export { notYetKnown } from "./value.ts";
