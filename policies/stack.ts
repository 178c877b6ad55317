import type { Resource } from "./resource.ts";
import { isPartlyUnknown, textsBelow } from "./value.ts";

/** All resources of a stack, and who refers to whom. */
export class Stack {
  readonly resources: readonly Resource[];
  readonly #byType = new Map<string, Resource[]>();
  readonly #byUrn = new Map<string, Resource>();
  readonly #found = new Map<Resource, Map<string, readonly Resource[]>>();
  /** Type, property and type of the target → target → who refers to it. */
  readonly #referrers = new Map<string, ReadonlyMap<Resource, readonly Resource[]>>();

  constructor(resources: readonly Resource[]) {
    this.resources = resources;
    for (const resource of resources) {
      this.#byUrn.set(resource.urn, resource);
      const sameType = this.#byType.get(resource.type);
      if (sameType) sameType.push(resource);
      else this.#byType.set(resource.type, [resource]);
    }
  }

  /** The stack's name, from its URNs; undefined when it is empty. */
  get name(): string | undefined {
    return this.resources[0]?.stack;
  }

  /** Whether a preview cannot know some values yet. */
  get isPartlyUnknown(): boolean {
    return this.resources.some(({ inputs }) => isPartlyUnknown(inputs));
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /**
   * The resources of a type that an input of `from` refers to: those that Pulumi says its value was computed
   * from, known or not, or else those whose ARN, id, URL or name is written out in it.
   */
  targets(from: Resource, property: string, type: string): readonly Resource[] {
    const declared: Resource[] = [];
    for (const urn of from.references[property] ?? []) {
      const target = this.#byUrn.get(urn);
      if (target?.type === type) declared.push(target);
    }
    return declared.length > 0 ? declared : this.#named(from, property, type);
  }

  /** The resources of a type whose input refers to `to`. */
  referrers(to: Resource, type: string, property: string): readonly Resource[] {
    const key = `${type} ${property} ${to.type}`;
    const known = this.#referrers.get(key) ?? this.#allReferrers(type, property, to.type);
    this.#referrers.set(key, known);
    return known.get(to) ?? [];
  }

  #allReferrers(type: string, property: string, targetType: string): Map<Resource, Resource[]> {
    const all = new Map<Resource, Resource[]>();
    for (const from of this.ofType(type)) {
      for (const target of new Set(this.targets(from, property, targetType))) {
        const found = all.get(target);
        if (found) found.push(from);
        else all.set(target, [from]);
      }
    }
    return all;
  }

  #named(from: Resource, property: string, type: string): readonly Resource[] {
    const value = from.inputs[property];
    if (value === undefined) return [];
    const found = this.#found.get(from) ?? new Map<string, readonly Resource[]>();
    this.#found.set(from, found);
    const key = `${property} ${type}`;
    const named = found.get(key) ?? this.#holding(textsBelow(value), type);
    found.set(key, named);
    return named;
  }

  /** Those of the type whose ARN, id, URL or name is in one of the texts. */
  #holding(texts: readonly string[], type: string): readonly Resource[] {
    if (texts.length === 0) return [];
    return this.ofType(type).filter(({ outputs, inputs }) => {
      const { arn } = outputs;
      const exact = [outputs.id, outputs.url, outputs.name, inputs.name].filter(
        (identity) => typeof identity === "string" && identity !== "",
      );
      return texts.some((text) => exact.includes(text) || (typeof arn === "string" && names(text, arn)));
    });
  }
}

/** Whether a text holds that ARN, and not the longer one of something else. */
function names(text: string, arn: string): boolean {
  if (arn === "") return false;
  const at = text.indexOf(arn);
  return at >= 0 && !/[\w.-]/.test(text[at + arn.length] ?? "");
}
