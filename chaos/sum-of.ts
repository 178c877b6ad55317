/** Adds up two parts of a report, number by number. */
export const sumOf = <Part extends object>(one: Part | undefined, other: Part): Part =>
  one ? (add(one, other) as Part) : other;

function add(one: unknown, other: unknown): unknown {
  if (typeof one === "number" || typeof other === "number") return Number(one ?? 0) + Number(other ?? 0);
  const [left, right] = [one ?? {}, other ?? {}] as [Record<string, unknown>, Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, add(left[name], right[name])]));
}
