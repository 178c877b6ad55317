import { stackConfiguration } from "../../local/program/stack-configuration.ts";
import { captureStack } from "../../policies/capture-stack.ts";
import type { Stack } from "../../policies/stack.ts";

/** What this repository's program declares as a stack. */
export function ownProgram(stack: "dev" | "prod", preview = false): Promise<Stack> {
  const config = stackConfiguration(stack);
  // A module is evaluated once for each specifier.
  const program = `../../index.ts?${stack}&preview=${preview}`;
  return captureStack(() => import(program), { project: "synapse-d", stack, config, preview });
}

/** What the example of the package declares: a program without the components. */
export function exampleProgram(preview = false): Promise<Stack> {
  const program = `../../policies/example/index.ts?preview=${preview}`;
  return captureStack(() => import(program), { project: "orders", stack: "dev", preview });
}
