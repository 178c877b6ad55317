import * as v from "valibot";
import { Resource } from "./resource.ts";
import { Stack } from "./stack.ts";
import { wireInputs } from "./wire-value.ts";

const properties = v.optional(v.record(v.string(), v.unknown()), {});

const resource = v.object({
  urn: v.pipe(v.string(), v.startsWith("urn:pulumi:", "expected a URN")),
  type: v.string(),
  id: v.optional(v.string()),
  inputs: properties,
  outputs: properties,
  protect: v.optional(v.boolean(), false),
  propertyDependencies: v.optional(v.nullable(v.record(v.string(), v.nullable(v.array(v.string()))))),
  /** It waits to be deleted: another has taken its place. */
  delete: v.optional(v.boolean(), false),
  /** It was read, and belongs to another stack. */
  external: v.optional(v.boolean(), false),
});

const exported = v.object({
  deployment: v.object({ resources: v.optional(v.array(resource), []) }),
});

/** Why a text is not an exported stack. */
export interface UnreadableState {
  readonly code: "not_json" | "not_a_stack_export";
  /** Where, what was found and what was expected. */
  readonly detail: string;
}

/**
 * Reads what `pulumi stack export` wrote. Secrets that are encrypted in it count as not yet known; with
 * `--show-secrets` they are read.
 */
export function readState(text: string): Stack | UnreadableState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { code: "not_json", detail: "expected the JSON that pulumi stack export writes" };
  }
  const result = v.safeParse(exported, json);
  if (!result.success) {
    const [issue] = result.issues;
    return { code: "not_a_stack_export", detail: `${v.getDotPath(issue) ?? "the file"}: ${issue.message}` };
  }
  return new Stack(
    result.output.deployment.resources
      .filter((found) => !found.delete && !found.external)
      .map(
        ({ urn, type, id, inputs, outputs, protect, propertyDependencies }) =>
          new Resource({
            urn,
            type,
            protect,
            inputs: wireInputs(inputs),
            outputs: wireInputs({ ...outputs, id }),
            references: Object.fromEntries(
              Object.entries(propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
            ),
          }),
      ),
  );
}
