import type { Inputs } from "../../policies/value.ts";

/** A resource of a small stack: type, name, inputs, and whether Pulumi protects it. */
export type Declared = readonly [type: string, name: string, inputs?: Inputs, protect?: boolean];

/** A resource as it goes over Pulumi's wire. */
export interface WireResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly references: Record<string, string[]>;
}

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

class Reference {
  readonly name: string;
  readonly output: string;
  constructor(name: string, output: string) {
    this.name = name;
    this.output = output;
  }
}

class Json {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** An output of another resource of the stack: not known in a preview. */
export const ref = (name: string, output = "arn"): unknown => new Reference(name, output);

/** JSON text: not known in a preview as soon as any part of it is not. */
export const json = (value: unknown): unknown => new Json(value);

/** The resources as the engine shows them: after an update, or in the preview of the first one. */
export function onTheWire(stack: readonly Declared[], preview: boolean): WireResource[] {
  const types = new Map(stack.map(([type, name]) => [name, type]));
  const urnOf = (name: string) => {
    const type = types.get(name);
    if (!type) throw new Error(`the stack has no ${name}`);
    return `urn:pulumi:dev::shop::${type}::${name}`;
  };
  const arnOf = ({ name, output }: Reference) => {
    const service = types.get(name)?.split(":")[1]?.split("/")[0];
    return `arn:aws:${service}:eu-west-1:111122223333:${name}/${output}`;
  };
  return stack.map(([type, name, inputs = {}, protect = false]) => ({
    type,
    name,
    urn: urnOf(name),
    protect,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([property, value]) => [property, written(value, preview, arnOf)]),
    ),
    references: Object.fromEntries(
      Object.entries(inputs).map(([property, value]) => [property, referred(value).map(urnOf)]),
    ),
  }));
}

function written(value: unknown, preview: boolean, arnOf: (reference: Reference) => string): unknown {
  if (value instanceof Reference) return preview ? unknownText : arnOf(value);
  if (value instanceof Json) {
    const isUnknown = preview && referred(value.value).length > 0;
    return isUnknown ? unknownText : JSON.stringify(written(value.value, false, arnOf));
  }
  if (Array.isArray(value)) return value.map((item) => written(item, preview, arnOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item, preview, arnOf)]));
}

function referred(value: unknown): string[] {
  if (value instanceof Reference) return [value.name];
  if (value instanceof Json) return referred(value.value);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(referred) : [];
}
