import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EngineStack, openEngineStack } from "../../local/engine/engine-stack.ts";
import { stackSettings } from "../../local/program/stack-configuration.ts";
import { type RunningProvider, startProvider } from "../../local/provider/start-provider.ts";
import { type ResourceHandlers, resourceHandlers } from "../../local/resources/resource-handlers.ts";
import type { Services } from "../../local/services.ts";
import { type ChangedCopy, changedCopy } from "../journeys/changed-copy.ts";
import { ownProgram } from "../policies/programs.ts";
import { breaks } from "./broken/breaks.ts";
import { sampleFlips } from "./flipped/sample-flips.ts";

const root = join(import.meta.dirname, "..", "..");
const program = "tests/engine/broken/program.ts";

let copy: ChangedCopy;
let handlers: ResourceHandlers;
let provider: RunningProvider;
let engine: EngineStack;

beforeAll(async () => {
  copy = changedCopy("Pulumi.yaml", "main: index.ts", `main: ${program}`);
  for (const folder of ["tests/engine/broken", "tests/engine/flipped", "policies"])
    cpSync(join(root, folder), join(copy.folder, folder), { recursive: true });
  // A preview creates nothing, so there need be nothing that could.
  const nothing = new Proxy({}, { get: () => ({}) }) as Services;
  handlers = resourceHandlers(nothing);
  provider = await startProvider(handlers, "7.48.0");
  const settings = stackSettings("prod");
  engine = await openEngineStack({
    folder: copy.folder,
    stack: "prod",
    settings,
    providerPort: provider.port,
  });
}, 60_000);

afterAll(async () => {
  await provider?.stop();
  copy?.remove();
});

/** The first preview of prod with the policy pack: what it says of which resource, and its exit code. */
async function previewed(): Promise<{ said: string[]; exitCode: number }> {
  const said = new Set<string>();
  let exitCode = 0;
  await engine.stack
    .preview({
      policyPacks: [join(root, "policies")],
      onEvent: ({ policyEvent }) => {
        if (!policyEvent) return;
        const name = String(policyEvent.resourceUrn).split("::").at(-1);
        said.add(`${policyEvent.enforcementLevel} ${policyEvent.policyName} ${name}`);
      },
    })
    .catch((error: unknown) => {
      exitCode = Number(/Command failed with exit code (\d+)/.exec(String(error))?.[1] ?? Number.NaN);
    });
  return { said: [...said].sort(), exitCode };
}

test("each careless change of the program is stopped by its rule, and no other rule speaks", async () => {
  const { said, exitCode } = await previewed();
  expect(said).toEqual(breaks.map(({ rule, name }) => `mandatory ${rule} ${name}`).sort());
  expect(said).toHaveLength(21);
  expect(exitCode).toBe(1);
}, 120_000);

/** Has the next preview run another program of the copy. */
function runInstead(main: string): void {
  const file = join(copy.folder, "Pulumi.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^main: .*$/m, `main: ${main}`));
}

test("ten flips of the enumeration, spread over the components, are each stopped by the rule that it names", async () => {
  const flips = sampleFlips(await ownProgram("prod", true), handlers, 10);
  writeFileSync(join(copy.folder, "tests/engine/flipped/flips.json"), JSON.stringify(flips));
  runInstead("tests/engine/flipped/program.ts");
  const { said, exitCode } = await previewed();
  expect(said).toEqual(flips.map(({ says }) => `mandatory ${says}`).sort());
  expect(said).toHaveLength(10);
  expect(exitCode).toBe(1);
}, 120_000);

test("the program as it is passes, without a word of advice", async () => {
  runInstead("index.ts");
  expect(await previewed()).toEqual({ said: [], exitCode: 0 });
}, 120_000);
