/** The named member of an object, or undefined of anything else: a property may not be known in a preview. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
