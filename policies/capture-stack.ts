import { type CaptureOptions, captureRegistrations, type Registration } from "./capture-registrations.ts";
import { Resource } from "./resource.ts";
import { Stack } from "./stack.ts";
import type { Inputs } from "./value.ts";
import { wireInputs } from "./wire-value.ts";

export type { CaptureOptions } from "./capture-registrations.ts";

/**
 * Runs a Pulumi program without an engine, and gives the resources that it registers with what they refer to.
 * Rejects with the program's own error. One at a time, and once for each module in a process.
 */
export async function captureStack(
  program: () => Promise<unknown> | unknown,
  options: CaptureOptions,
): Promise<Stack> {
  return new Stack((await captureRegistrations(program, options)).map(registered));
}

function registered({ request, response }: Registration): Resource {
  const references = [...request.getPropertydependenciesMap().entries()].map(
    ([property, dependencies]) => [property, dependencies.getUrnsList()] as const,
  );
  return new Resource({
    type: request.getType(),
    urn: response.getUrn(),
    inputs: wireInputs((request.getObject()?.toJavaScript() ?? {}) as Inputs),
    outputs: wireInputs({ id: response.getId(), ...response.getObject()?.toJavaScript() }),
    protect: request.getProtect() ?? false,
    references: Object.fromEntries(references),
  });
}
