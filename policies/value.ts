/** Stands for a value that a preview cannot know yet, or that is encrypted in an exported state. */
export const notYetKnown: unique symbol = Symbol("not yet known");

/** Resource inputs: JSON values, texts of assets, and `notYetKnown` in the place of any of them. */
export type Inputs = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Inputs {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at a path such as `ttl.enabled` or `rules.0.lifecycle`. Undefined when it is absent, null, or the
 * empty text, which providers report for what was never set; `notYetKnown` when it or anything above it is.
 */
export function valueAt(inputs: unknown, path: string): unknown {
  let value: unknown = inputs;
  for (const key of path.split(".")) {
    if (value === notYetKnown) return notYetKnown;
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value === null || value === "" ? undefined : value;
}

/** Whether any value below is not yet known. */
export function isPartlyUnknown(value: unknown): boolean {
  if (value === notYetKnown) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isPartlyUnknown);
}

/** Every text below a value. */
export function textsBelow(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsBelow) : [];
}
