import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { inAnyOrder } from "../resources/in-any-order.ts";
import { isInternal, type WireProperties } from "./wire.ts";

export interface PropertyChange {
  /** As Pulumi writes paths: `environment.variables.LEVEL`, `attributes[0].name`, `tags["a b"]`. */
  readonly path: string;
  /** The outermost property. */
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
}

/**
 * What changes from one set of inputs to another, both in the wire format, each as deep as it goes. An asset or an
 * archive is one value and changes with its hash. What is not known yet has changed. In a property of `sets` the order
 * of items means nothing; their indexes are those of the sorted list.
 */
export function propertyChanges(
  olds: WireProperties,
  news: WireProperties,
  sets: readonly string[] = [],
): PropertyChange[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const comparable = (of: WireProperties, property: string) =>
    sets.includes(property) ? inAnyOrder(of[property]) : of[property];
  return [...names]
    .filter((name) => !isInternal(name))
    .flatMap((property) =>
      changesOf(comparable(olds, property), comparable(news, property), joinPath("", property)).map(
        (change) => ({ ...change, property }),
      ),
    );
}

type Change = Pick<PropertyChange, "path" | "kind">;

function changesOf(old: unknown, wanted: unknown, path: string): Change[] {
  if (isDeepStrictEqual(old, wanted)) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (wanted === undefined) return [{ path, kind: "delete" }];
  if (Array.isArray(old) && Array.isArray(wanted)) {
    return Array.from({ length: Math.max(old.length, wanted.length) }, (_, index) =>
      changesOf(old[index], wanted[index], `${path}[${index}]`),
    ).flat();
  }
  if (!isObject(old) || !isObject(wanted)) return [{ path, kind: "update" }];
  if (pulumi.runtime.specialSigKey in old || pulumi.runtime.specialSigKey in wanted) {
    const sameContent = old.hash !== undefined && old.hash === wanted.hash;
    return sameContent ? [] : [{ path, kind: "update" }];
  }
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...names].flatMap((name) => changesOf(old[name], wanted[name], joinPath(path, name)));
}

/** A path with one more name, as Pulumi writes it. */
export function joinPath(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
