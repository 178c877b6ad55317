import { Resource } from "./resource.ts";
import { isObject, valueAt } from "./value.ts";

/**
 * An input that AWS takes as JSON text, read like the inputs of a resource. Undefined when it is absent, not yet
 * known, or not a JSON object.
 */
export function parsedObject(resource: Resource, path: string): Resource | undefined {
  const value = valueAt(resource.inputs, path);
  const parsed = typeof value === "string" ? parsedJson(value) : value;
  return isObject(parsed) ? new Resource({ ...resource, inputs: parsed }) : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
