import { invalid } from "./stripe-error.ts";

/** Parameters as they arrive: text, lists, and maps without a prototype. */
export type Parameters = { [name: string]: Parameter };
export type Parameter = string | Parameter[] | Parameters;

const mostFields = 1_000;
const deepest = 8;

/**
 * Reads `application/x-www-form-urlencoded` text with names such as `items[0][price]` and `expand[]`
 * (https://docs.stripe.com/api: form-encoded bodies). Names become own members of maps without a prototype,
 * whatever they are. Throws a StripeError for over 1,000 fields, over 8 levels, brackets that do not match,
 * and a name that is both a value and a map.
 */
export function parseForm(text: string): Parameters {
  const tree: Tree = new Map();
  let fields = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    fields += 1;
    if (fields > mostFields) throw invalid(`Too many parameters: at most ${mostFields} are taken.`);
    insert(tree, segmentsOf(name), value, name);
  }
  return mapOf(tree);
}

type Tree = Map<string, Tree | string>;

function segmentsOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) throw invalid(`Invalid parameter name: ${name.slice(0, 100)}`);
  const [, head = "", rest = ""] = match;
  const segments = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, segment = ""]) => segment)];
  if (segments.length > deepest) throw invalid(`Parameters nest at most ${deepest} levels deep.`);
  return segments;
}

function insert(tree: Tree, segments: readonly string[], value: string, name: string): void {
  let here = tree;
  for (const [index, segment] of segments.entries()) {
    // `expand[]=a&expand[]=b`: each empty bracket is the next place of the list.
    const key = segment === "" ? String(here.size) : segment;
    const next = here.get(key);
    if (index === segments.length - 1) {
      if (next instanceof Map) throw invalid(`Invalid parameter: ${name} is a value and a map.`, name);
      here.set(key, value);
      return;
    }
    if (typeof next === "string") throw invalid(`Invalid parameter: ${name} is a value and a map.`, name);
    const deeper: Tree = next ?? new Map();
    here.set(key, deeper);
    here = deeper;
  }
}

const built = (node: Tree | string): Parameter => {
  if (typeof node === "string") return node;
  return node.size > 0 && [...node.keys()].every((key) => /^\d{1,4}$/.test(key)) ? listOf(node) : mapOf(node);
};

const listOf = (tree: Tree): Parameter[] =>
  [...tree].sort(([left], [right]) => Number(left) - Number(right)).map(([, node]) => built(node));

function mapOf(tree: Tree): Parameters {
  const map: Parameters = Object.create(null) as Parameters;
  for (const [name, node] of tree) map[name] = built(node);
  return map;
}
