/** A list with its items in an order that depends on them alone, so that two can be compared; anything else as it is. */
export function inAnyOrder(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.toSorted((one, other) => textOf(one).localeCompare(textOf(other)));
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? "";
