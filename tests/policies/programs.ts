import "../short-stack-traces.ts";
import { stackConfiguration } from "../../local/program/stack-configuration.ts";
import { captureStack } from "../../policies/capture-stack.ts";
import type { Stack } from "../../policies/stack.ts";
import { declareRelay } from "../components/declared-relay.ts";
import { withoutStackTraces } from "../without-stack-traces.ts";

const captured = new Map<string, Promise<Stack>>();
let last: Promise<unknown> = Promise.resolve();

/** What this repository's program declares as a stack. */
export function ownProgram(stack: "dev" | "prod", preview = false): Promise<Stack> {
  return once(`../../index.ts?${stack}&preview=${preview}`, (program) =>
    captureStack(() => import(program), {
      project: "synapse-d",
      stack,
      config: stackConfiguration(stack),
      preview,
    }),
  );
}

/** The relay that `index.ts` makes where `synapse-d:turn.relay` asks for one. */
export function relayProgram(preview = false): Promise<Stack> {
  return once(`the relay, preview ${preview}`, () =>
    captureStack(declareRelay, { project: "synapse-d", stack: "prod", preview }),
  );
}

/** What the example of the package declares: a program without the components. */
export function exampleProgram(preview = false): Promise<Stack> {
  return once(`../../policies/example/index.ts?preview=${preview}`, (program) =>
    captureStack(() => import(program), { project: "orders", stack: "dev", preview }),
  );
}

/** A module is evaluated once for each specifier, and Pulumi's mocks serve one capture at a time. */
function once(specifier: string, capture: (specifier: string) => Promise<Stack>): Promise<Stack> {
  const known = captured.get(specifier);
  if (known) return known;
  const stack = last.then(() => withoutStackTraces(() => capture(specifier)));
  captured.set(specifier, stack);
  last = stack.catch(() => undefined);
  return stack;
}
