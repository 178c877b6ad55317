import type { CheckedRequest } from "./dynalite.ts";

const keyed = ["Key", "Item", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"];
const expressions = ["_condition", "_keyCondition", "_filter"];

/**
 * Every top-level attribute that a checked request of one item, query or scan names, keys included: in
 * its key, its item, its expressions (through ExpressionAttributeNames) and its legacy parameters.
 */
export function attributeNames(request: CheckedRequest): Set<string> {
  const names = new Set<string>();
  for (const parameter of keyed) {
    for (const name of Object.keys(request[parameter] ?? {})) names.add(name);
  }
  for (const name of (request.AttributesToGet ?? []) as string[]) names.add(name);
  for (const parameter of expressions) addHeads((request[parameter] as Expression)?.expression, names);
  for (const path of (request._projection as Projection)?.paths ?? []) addHeads(path, names);
  for (const section of (request._updates as Updates)?.sections ?? []) {
    addHeads(section.path, names);
    addHeads(section.val, names);
  }
  return names;
}

type Expression = { readonly expression: unknown } | undefined;
type Projection = { readonly paths: readonly unknown[] } | undefined;
type Updates = { readonly sections: readonly { path: unknown; val?: unknown }[] } | undefined;

/** In dynalite's syntax trees a document path is an array, an operator or function has `args`, the rest are values. */
function addHeads(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    names.add(String(node[0]));
  } else if (typeof node === "object" && node !== null && "args" in node && Array.isArray(node.args)) {
    for (const operand of node.args) addHeads(operand, names);
  }
}
