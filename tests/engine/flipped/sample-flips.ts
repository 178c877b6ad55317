import * as pulumi from "@pulumi/pulumi";
import { declaredInputs } from "../../../local/provider/declared-inputs.ts";
import { isUnknownAt } from "../../../local/provider/wire.ts";
import { handlerOf, type ResourceHandlers } from "../../../local/resources/resource-handlers.ts";
import { rules } from "../../../policies/index.ts";
import type { Stack } from "../../../policies/stack.ts";
import { isPartlyUnknown, notYetKnown } from "../../../policies/value.ts";
import { newlyFired, violationsOf } from "../../policies/mutation/fired-by.ts";
import { type Flip, flipsOf } from "../../policies/mutation/flips-of.ts";

/** A flip that a program can make of its own resource, and what must be said of it. */
export interface SampledFlip {
  readonly type: string;
  readonly name: string;
  /** `ttl.enabled negated`. */
  readonly what: string;
  /** Inputs with their changed values. */
  readonly changed: Readonly<Record<string, unknown>>;
  /** Inputs that are gone. */
  readonly gone: readonly string[];
  /** `rule resource`. */
  readonly says: string;
}

/**
 * Flips of a stack's first preview that fire one rule each, about one resource: of as many components as there are, then
 * of others, each of another rule and another resource.
 */
export function sampleFlips(stack: Stack, handlers: ResourceHandlers, count: number): SampledFlip[] {
  const before = new Set(violationsOf(stack));
  const flips = flipsOf(stack).filter(({ path }) => path !== "");
  const sampled: SampledFlip[] = [];
  const taken = new Set<string>();
  for (const isNewComponent of [true, false]) {
    for (const flip of flips) {
      const { resource } = flip;
      const component = `component ${resource.component}`;
      if (sampled.length === count) return sampled;
      if (taken.has(resource.urn) || taken.has(component) === isNewComponent) continue;
      const change = plainChange(flip, handlers);
      const fired = change && newlyFired(flip, before);
      const [first, ...others] = fired ?? [];
      if (!change || !first || others.length > 0 || taken.has(first.rule)) continue;
      if (!rules.some(({ name }) => name === first.rule)) continue;
      for (const one of [resource.urn, first.urn, first.rule, component]) taken.add(one);
      sampled.push({
        ...{ type: resource.type, name: resource.name, what: `${flip.path} ${flip.kind}` },
        ...change,
        says: `${first.rule} ${first.urn.split("::").at(-1)}`,
      });
    }
  }
  return sampled;
}

/**
 * The inputs that a flip changes. Undefined where a program cannot set them, since a part is not known yet, and where the
 * provider refuses the resource, before any rule is asked.
 */
function plainChange(
  { resource, changed }: Flip,
  handlers: ResourceHandlers,
): Pick<SampledFlip, "changed" | "gone"> | undefined {
  const inputs = changed().resources.find(({ urn }) => urn === resource.urn)?.inputs ?? {};
  const differing = Object.entries(inputs).filter(([name, value]) => value !== resource.inputs[name]);
  if (differing.some(([name, value]) => name === "code" || isPartlyUnknown(value))) return undefined;
  const gone = Object.keys(resource.inputs).filter((name) => !(name in inputs));
  if (gone.some((name) => declaredInputs(resource.type).get(name)?.required)) return undefined;
  const plain = plainOf(inputs) as Record<string, unknown>;
  const problems = handlerOf(handlers, resource).check(plain);
  if (problems.some(({ path }) => !isUnknownAt(plain, path))) return undefined;
  return { changed: Object.fromEntries(differing), gone };
}

/** Inputs as the provider takes them: what is not known yet by Pulumi's own mark. */
function plainOf(value: unknown): unknown {
  if (value === notYetKnown) return pulumi.unknown;
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainOf(member)]));
}
