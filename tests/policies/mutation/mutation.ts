import { beforeAll, describe, expect, test } from "@jest/globals";
import { policiesOf } from "../../../policies/create-pack.ts";
import { exemptions } from "../../../policies/exemptions.ts";
import { type RuleName, rules } from "../../../policies/index.ts";
import { isOn } from "../../../policies/judge.ts";
import type { Stack } from "../../../policies/stack.ts";
import { engineVerdict } from "../engine-verdict.ts";
import { exampleProgram, ownProgram, relayProgram } from "../programs.ts";
import { sentOverTheWire } from "../sent-over-the-wire.ts";
import { type Excuse, type Expectations, fits, type Outcome } from "./expectation.ts";
import { apis } from "./expected/apis.ts";
import { data } from "./expected/data.ts";
import { functions } from "./expected/functions.ts";
import { relay } from "./expected/relay.ts";
import { firedBy } from "./fired-by.ts";
import { type Flip, flipsOf, unknownsOf } from "./flips-of.ts";

const today = "2026-11-25";
const expected: Readonly<Record<string, Expectations>> = { ...data, ...functions, ...apis, ...relay };

/** Rules that no flip can fire: they forbid what a default never has, so nothing can be taken away. */
const forbidsAnAddition: readonly RuleName[] = [
  "container-holds-no-secrets",
  "function-is-not-public",
  "resource-policy-names-its-principals",
  "role-cannot-change-permissions",
  "role-has-no-managed-policy",
  "role-policies-have-one-owner",
  "role-serves-one-function",
  "stack-has-no-users",
];

interface Program {
  readonly title: string;
  readonly stack: Stack;
}

const titleOf = (outcome: Outcome): string => {
  if (typeof outcome === "string") return outcome;
  return "together" in outcome ? outcome.together.toSorted().join(" + ") : "";
};

const usedEntries = new Set<string>();
const firedRules = new Set<string>();
let flips = 0;
let surprises: string[];
/** What each flip of prod's first preview made fire. */
const firedInPreview: { readonly flip: Flip; readonly rule: string }[] = [];

beforeAll(async () => {
  const programs: readonly Program[] = [
    { title: "prod", stack: await ownProgram("prod") },
    { title: "prod in its first preview", stack: await ownProgram("prod", true) },
    { title: "the relay", stack: await relayProgram() },
    { title: "the relay in its first preview", stack: await relayProgram(true) },
    { title: "the example", stack: await exampleProgram() },
    { title: "the example in its first preview", stack: await exampleProgram(true) },
  ];
  surprises = programs.flatMap(({ title, stack }) => {
    const firedByFlip = firedBy(stack);
    return flipsOf(stack).flatMap((flip) => {
      flips += 1;
      const { resource, path, kind } = flip;
      const fired = firedByFlip(flip);
      if (title === "prod in its first preview") firedInPreview.push({ flip, rule: fired });
      for (const rule of fired.split(" + ")) firedRules.add(rule);
      const [pattern, outcome] =
        Object.entries(expected[resource.type] ?? {}).find(([entry]) => fits(entry, path, kind)) ?? [];
      if (pattern !== undefined) usedEntries.add(`${resource.type} ${pattern}`);
      const outcomes = outcome === undefined ? [] : ([outcome].flat() as Outcome[]);
      return outcomes.some((one) => titleOf(one) === fired)
        ? []
        : [`${title}: ${resource.type} ${resource.name} ${path} ${kind}: ${fired || "nothing fires"}`];
    });
  });
}, 240_000);

describe("each input of each resource, taken away or turned", () => {
  test("makes exactly the expected rule fire, or has its excuse", () => {
    expect(surprises).toEqual([]);
    expect(flips).toBeGreaterThan(4_000);
  });

  test("every expectation fits some input", () => {
    const entries = Object.entries(expected).flatMap(([type, paths]) =>
      Object.keys(paths).map((path) => `${type} ${path}`),
    );
    expect(entries.filter((entry) => !usedEntries.has(entry))).toEqual([]);
  });

  test("every rule that is on fires for some flip, but those that forbid an addition", () => {
    const silent = rules.filter((rule) => isOn(rule) && !firedRules.has(rule.name)).map(({ name }) => name);
    expect(silent.toSorted()).toEqual(forbidsAnAddition);
  });

  test("every excuse is one of a closed list and says why", () => {
    const excuses = new Map<string, string>();
    for (const outcome of Object.values(expected).flatMap((paths) => Object.values(paths).flat())) {
      if (typeof outcome === "object" && "excuse" in outcome) {
        const { excuse, because }: Excuse = outcome;
        excuses.set(excuse, because);
      }
    }
    expect([...excuses.keys()].sort()).toEqual([
      "choice",
      "covered",
      "exempt",
      "refused",
      "stricter",
      "wiring",
    ]);
  });
});

test("no value that becomes unknown makes a rule fire", async () => {
  const alarms = await Promise.all(
    [ownProgram("prod"), relayProgram(), exampleProgram()].map(async (program) => {
      const stack = await program;
      const firedByBlank = firedBy(stack);
      return unknownsOf(stack).flatMap((blank) => {
        const fired = firedByBlank(blank);
        return fired === "" ? [] : [`${blank.resource.type} ${blank.resource.name} ${blank.path}: ${fired}`];
      });
    }),
  );
  expect(alarms.flat()).toEqual([]);
});

test("ten flips of prod's first preview are blocked by the engine's own server, each by its rule", async () => {
  const caught = firedInPreview.filter(({ rule }) => rules.some(({ name }) => name === rule));
  // One of each rule, then ten at even distances.
  const distinct = [...new Map(caught.map((one) => [one.rule, one])).values()];
  const sample = Array.from(
    { length: 10 },
    (_, index) => distinct[Math.floor((index * distinct.length) / 10)],
  );
  for (const one of sample) {
    if (!one) throw new Error("fewer than ten rules were fired");
    // That the others are in order one by one is another test's: "prod in its first preview passes …".
    const stack = sentOverTheWire(one.flip.changed());
    const flipped = stack.filter(({ urn }) => urn === one.flip.resource.urn);
    const verdict = await engineVerdict(policiesOf({ exemptions, today }), stack, flipped);
    const said = [...new Set(verdict.map(({ policy, level }) => `${policy} ${level}`))];
    expect([one.flip.resource.name, one.flip.path, said]).toEqual([
      one.flip.resource.name,
      one.flip.path,
      [`${one.rule} mandatory`],
    ]);
  }
}, 240_000);
