// Here, and not a file of its own, since capturing the programs takes most of the time.
import "../short-stack-traces.ts";
import "./mutation/mutation.ts";
import { describe, expect, test } from "@jest/globals";
import { policiesOf } from "../../policies/create-pack.ts";
import { options as exampleOptions } from "../../policies/example/policy/options.mjs";
import { exemptions } from "../../policies/exemptions.ts";
import { type JudgeOptions, judge } from "../../policies/judge.ts";
import type { Stack } from "../../policies/stack.ts";
import { engineVerdict } from "./engine-verdict.ts";
import { exampleProgram, ownProgram, relayProgram } from "./programs.ts";
import { sentOverTheWire } from "./sent-over-the-wire.ts";

const today = "2026-11-25";
const own: JudgeOptions = { exemptions, today };
/** What it is exempt from; of the others' exemptions it uses none. */
const relay: JudgeOptions = {
  exemptions: exemptions.filter(({ of }) => "component" in of && of.component.endsWith(":TurnRelay")),
  today,
};
const example: JudgeOptions = { ...exampleOptions, today };

const programs: readonly (readonly [string, () => Promise<Stack>, JudgeOptions])[] = [
  ["dev", () => ownProgram("dev"), own],
  ["prod", () => ownProgram("prod"), own],
  ["prod in its first preview", () => ownProgram("prod", true), own],
  ["the relay", () => relayProgram(), relay],
  ["the relay in its first preview", () => relayProgram(true), relay],
  ["the example", () => exampleProgram(), example],
  ["the example in its first preview", () => exampleProgram(true), example],
];

describe.each(programs)("%s", (_, program, options) => {
  test("breaks no rule, and uses every exemption", async () => {
    const { violations, complaints } = judge(await program(), options);
    expect(violations.map(({ rule, resource, message }) => [rule, resource.name, message])).toEqual([]);
    expect(complaints).toEqual([]);
  }, 240_000);

  test("passes the engine's own server without a word, also of advice", async () => {
    const stack = await program();
    expect(await engineVerdict(policiesOf(options), sentOverTheWire(stack))).toEqual([]);
  }, 240_000);
});

test("a broken default of prod blocks its first preview", async () => {
  const stack = await ownProgram("prod", true);
  const broken = sentOverTheWire(stack).map((resource) =>
    resource.name === "deliveries" && resource.type === "aws:sqs/queue:Queue"
      ? { ...resource, inputs: without(resource.inputs, "redrivePolicy"), references: {} }
      : resource,
  );
  const changed = broken.filter(({ name }) => name === "deliveries");
  const verdict = await engineVerdict(policiesOf(own), broken, changed);
  expect(verdict.map(({ policy, level }) => [policy, level])).toEqual([
    ["queue-has-dead-letters", "mandatory"],
  ]);
});

function without(inputs: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([input]) => input !== name));
}
