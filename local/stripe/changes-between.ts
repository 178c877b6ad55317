/**
 * The members of `before` that differ in `after`, with their old values: of nested maps only what differs,
 * of lists the whole list (https://docs.stripe.com/api/events/object, `previous_attributes`). A member that
 * was not there is null.
 */
export function changesBetween(before: object, after: object): object {
  const old = new Map(Object.entries(before));
  const changes = new Map<string, unknown>();
  for (const [name, now] of Object.entries(after)) {
    const was: unknown = old.get(name);
    if (isSame(was, now)) continue;
    changes.set(name, isMap(was) && isMap(now) ? changesBetween(was, now) : (was ?? null));
  }
  for (const [name, was] of old) if (!(name in after)) changes.set(name, was);
  return Object.fromEntries(changes);
}

const isMap = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSame = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
