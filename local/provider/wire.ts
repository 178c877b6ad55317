import * as pulumi from "@pulumi/pulumi";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { plainInputs } from "../program/plain-inputs.ts";

export type Struct = struct.Struct;
/** Properties as the engine's wire format has them: unknowns, assets and archives are marked. */
export type WireProperties = Readonly<Record<string, unknown>>;

/** What stands for a value that a preview does not know yet. */
export const { unknownValue } = pulumi.runtime;
export const isUnknown = (value: unknown): boolean => value === unknownValue;

export function wireProperties(sent: Struct | undefined): WireProperties {
  return sent?.toJavaScript() ?? {};
}

/** Properties that are sent to the engine. Those that are `undefined` are left out, as in JSON. */
export function structOf(properties: WireProperties): Struct {
  return struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

/**
 * Properties as plain values: an archive is file name → text, an asset its text, and what is not known yet is
 * Pulumi's own `unknown`. Rejects for an asset that is not text in memory.
 */
export async function plainProperties(sent: Struct | undefined): Promise<Record<string, unknown>> {
  if (!sent) return {};
  const properties = await plainInputs(pulumi.runtime.deserializeProperties(sent, true));
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !isInternal(name)));
}

/** The engine and providers keep notes among the properties, such as `__defaults`. */
export const isInternal = (name: string): boolean => name.startsWith("__");

/** Whether the value on a path, or one that contains it or that it contains, is not known yet. */
export function isUnknownAt(
  properties: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
): boolean {
  let value: unknown = properties;
  for (const key of path) {
    if (pulumi.isUnknown(value)) return true;
    if (typeof value !== "object" || value === null) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return pulumi.containsUnknowns(value);
}
