import { Resource } from "../../../policies/resource.ts";
import type { StackRule } from "../../../policies/rule.ts";
import { defaultSettings } from "../../../policies/settings.ts";
import { Stack } from "../../../policies/stack.ts";
import type { Inputs } from "../../../policies/value.ts";

/**
 * Which rules read an input, an output or a reference of which resource, by its URN. A rule is a function of what it
 * reads: where it read nothing of a resource, it says the same when values of that resource are others.
 */
export function readersOf(
  stack: Stack,
  rules: readonly StackRule[],
): ReadonlyMap<string, ReadonlySet<StackRule>> {
  const readers = new Map<string, Set<StackRule>>();
  for (const rule of rules) {
    const note = (urn: string) => void readers.set(urn, (readers.get(urn) ?? new Set()).add(rule));
    rule.violationsOf(new Stack(stack.resources.map((resource) => watched(resource, note))), defaultSettings);
  }
  return readers;
}

function watched(resource: Resource, note: (urn: string) => void): Resource {
  const watch = <Values extends Inputs>(values: Values): Values =>
    new Proxy(values, {
      get: (target, name) => {
        note(resource.urn);
        return Reflect.get(target, name);
      },
      has: (target, name) => {
        note(resource.urn);
        return Reflect.has(target, name);
      },
      ownKeys: (target) => {
        note(resource.urn);
        return Reflect.ownKeys(target);
      },
    });
  const { inputs, outputs, references } = resource;
  return new Resource({
    ...resource,
    inputs: watch(inputs),
    outputs: watch(outputs),
    references: watch(references),
  });
}
