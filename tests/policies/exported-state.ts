import type { Stack } from "../../policies/stack.ts";
import type { WireResource } from "./declare-stack.ts";
import { sentOverTheWire } from "./sent-over-the-wire.ts";

/** What `pulumi stack export` would write about resources, in the format of its version 3. */
export function exportedState(resources: readonly WireResource[]): string {
  return JSON.stringify({
    version: 3,
    deployment: {
      manifest: { time: "2026-11-25T00:00:00Z", magic: "", version: "" },
      resources: resources.map(({ type, urn, inputs, protect, references }) => ({
        urn,
        custom: true,
        id: urn.split("::").at(-1),
        type,
        inputs,
        outputs: { ...inputs },
        protect,
        propertyDependencies: references,
      })),
    },
  });
}

export const exportedProgram = (stack: Stack): string => exportedState(sentOverTheWire(stack));
