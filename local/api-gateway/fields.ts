/** Header or query fields, in order; a name may come more than once. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** Node's `rawHeaders`: names and values in turn, with the case of the names as sent. */
export function fieldsOf(rawHeaders: readonly string[]): Fields {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
  );
}

/** What a proxy event's plain maps hold: of a name that came more than once, its last value. */
export function lastValues(fields: Fields): Record<string, string> {
  return Object.fromEntries(fields);
}

/** What a proxy event's multi-value maps hold. */
export function allValues(fields: Fields): Record<string, string[]> {
  const byName = Map.groupBy(fields, ([name]) => name);
  return Object.fromEntries([...byName].map(([name, same]) => [name, same.map(([, value]) => value)]));
}
