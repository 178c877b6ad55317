import { describe, expect, test } from "@jest/globals";
import { policiesOf } from "../../policies/create-pack.ts";
import { type RuleName, rules } from "../../policies/index.ts";
import { judge } from "../../policies/judge.ts";
import { Resource } from "../../policies/resource.ts";
import { Stack } from "../../policies/stack.ts";
import { wireInputs } from "../../policies/wire-value.ts";
import { type Declared, onTheWire, type WireResource } from "./declare-stack.ts";
import { engineVerdict } from "./engine-verdict.ts";

export interface RuleCases {
  /** What the rule forbids → the stack, and what is said of it: `name: message`. */
  readonly breaks: Readonly<Record<string, readonly [stack: readonly Declared[], said: readonly string[]]>>;
  readonly keeps: Readonly<Record<string, readonly Declared[]>>;
}

const today = "2026-11-25";

/** A small stack as rules see it. */
export function stackOf(resources: readonly WireResource[]): Stack {
  return new Stack(
    resources.map(
      ({ type, urn, inputs, protect, references }) =>
        new Resource({ type, urn, inputs: wireInputs(inputs), protect, references }),
    ),
  );
}

/**
 * Shows a rule on small stacks, each four times: in process and by the policy SDK's own server, with all values
 * known and as in a first preview. A rule that read an unknown value would be advisory there.
 */
export function ruleTest(name: RuleName, { breaks, keeps }: RuleCases): void {
  const rule = rules.find((candidate) => candidate.name === name);
  if (!rule) throw new Error(`no rule ${name}`);
  const options = { rules: [rule], switchedOn: [name], today };

  async function said(stack: readonly Declared[], preview: boolean): Promise<string[]> {
    const resources = onTheWire(stack, preview);
    const inProcess = judge(stackOf(resources), options).violations.map(
      ({ resource, message }) => `${resource.name}: ${message}`,
    );
    const byServer = await engineVerdict(policiesOf(options), resources);
    expect(byServer.map(({ policy, level }) => [policy, level])).toEqual(
      inProcess.map(() => [name, "mandatory"]),
    );
    return inProcess;
  }

  describe(name, () => {
    for (const [title, [stack, expected]] of Object.entries(breaks)) {
      test(`is broken by ${title}`, async () => {
        expect(await said(stack, false)).toEqual(expected);
        expect(await said(stack, true)).toEqual(expected);
      });
    }
    for (const [title, stack] of Object.entries(keeps)) {
      test(`is kept by ${title}`, async () => {
        expect(await said(stack, false)).toEqual([]);
        expect(await said(stack, true)).toEqual([]);
      });
    }
  });
}
