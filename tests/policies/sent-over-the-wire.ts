import type { Stack } from "../../policies/stack.ts";
import { notYetKnown } from "../../policies/value.ts";
import type { WireResource } from "./declare-stack.ts";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A captured stack as the engine would send it to a policy pack. */
export function sentOverTheWire(stack: Stack): WireResource[] {
  return stack.resources
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, name, urn, inputs, protect, references }) => ({
      type,
      name,
      urn,
      protect,
      inputs: sent(inputs) as Record<string, unknown>,
      references: Object.fromEntries(Object.entries(references).map(([key, urns]) => [key, [...urns]])),
    }));
}

function sent(value: unknown): unknown {
  if (value === notYetKnown) return unknownText;
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sent(item)]));
}
