import { Resource } from "./resource.ts";
import { isObject, valueAt } from "./value.ts";

/** The containers of a task definition, each read like the inputs of a resource; none where they are not yet known. */
export function containersOf(task: Resource): readonly Resource[] {
  const value = valueAt(task.inputs, "containerDefinitions");
  return (typeof value === "string" ? parsedList(value) : []).map(
    (inputs) => new Resource({ ...task, inputs }),
  );
}

function parsedList(text: string) {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isObject) : [];
  } catch {
    return [];
  }
}
