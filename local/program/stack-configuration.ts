import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { recordOf } from "../record-of.ts";

const root = join(import.meta.dirname, "..", "..");
const project = v.object({ name: v.string() });
const stackFile = v.object({ config: recordOf(v.string(), v.unknown()) });

/** The project's name, from `Pulumi.yaml`. */
export function projectName(): string {
  return v.parse(project, parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"))).name;
}

/** The configuration of `Pulumi.<stack>.yaml` as the Pulumi runtime takes it: objects and arrays as JSON text. */
export function stackConfiguration(
  stack: string,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  return asText(stackSettings(stack, changes));
}

/** Objects and arrays as JSON text. */
export function asText(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/**
 * The configuration of `Pulumi.<stack>.yaml`. `changes` replaces members of a key's object, or the whole of a key that
 * is not an object; `undefined` takes the key away. Throws when there is no such file.
 */
export function stackSettings(
  stack: string,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const path = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(path)) throw new Error(`There is no Pulumi.${stack}.yaml in ${root}.`);
  const file = v.parse(stackFile, parse(readFileSync(path, "utf8")));
  const merged: Record<string, unknown> = { ...file.config };
  for (const [key, change] of Object.entries(changes)) {
    const existing = merged[key];
    merged[key] = isObject(existing) && isObject(change) ? { ...existing, ...change } : change;
    if (change === undefined) delete merged[key];
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
