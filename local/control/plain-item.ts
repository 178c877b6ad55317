/** A DynamoDB item as an API answers it: attribute name → `{ "S": "…" }` and the like. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The item as plain JSON: a number as a number, or as its text where JavaScript would round it; a set as a list;
 * binary as base64 text.
 */
export const plainItem = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));

function plainValue(attribute: Item[string]): unknown {
  const [[type, value] = []] = Object.entries(attribute);
  switch (type) {
    case "N":
      return plainNumber(String(value));
    case "NS":
      return (value as string[]).map(plainNumber);
    case "L":
      return (value as Item[string][]).map(plainValue);
    case "M":
      return plainItem(value as Item);
    case "NULL":
      return null;
    default:
      return value;
  }
}

function plainNumber(text: string): number | string {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
