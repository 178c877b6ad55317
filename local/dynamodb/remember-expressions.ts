type Values = Readonly<Record<string, object>>;

interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  /** No two names share a value. */
  readonly attrVals?: Values;
  /** Names and values that no expression of the request has used so far. */
  readonly unusedAttrNames: Record<string, unknown>;
  readonly unusedAttrVals: Record<string, unknown>;
}

/** One of dynalite's parsers. What it returns for a wrong expression is a text. */
export interface ExpressionParser {
  parse(text: string, options: { readonly context: Context }): unknown;
}

/** Stands in a remembered tree where a parsed one has the value itself. */
class ValueNamed {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Remembered {
  readonly tree: unknown;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

const mostRemembered = 1_000;
const longestRemembered = 8_192;
/** Whether these are right depends on the values themselves, and not on their types alone. */
const readsValues = /between|attribute_type/i;

/**
 * Makes the parser remember the expressions that it found right, since a function sends the same few with other values
 * again and again. Those with the same text, names and types of values have the same tree, into which the values of the
 * request are put: each request gets a tree of its own, which it may change.
 */
export function rememberExpressions(parser: ExpressionParser): void {
  const parse = parser.parse.bind(parser);
  const remembered = new Map<string, Remembered>();
  parser.parse = (text, options) => {
    const { context } = options;
    const { attrNames, attrVals = {} } = context;
    const types = Object.entries(attrVals).map(([name, value]) => [name, ...Object.keys(value)]);
    const key = JSON.stringify([text, attrNames, types]);
    let known = remembered.get(key);
    if (!known) {
      if (key.length > longestRemembered || readsValues.test(text)) return parse(text, options);
      const [names, values] = [Object.keys(attrNames ?? {}), Object.keys(attrVals)];
      const unused = { names: flagged(names), values: flagged(values) };
      const tree = parse(text, {
        context: { ...context, unusedAttrNames: unused.names, unusedAttrVals: unused.values },
      });
      if (typeof tree === "string") return tree;
      const nameOf = new Map<unknown, string>(Object.entries(attrVals).map(([name, value]) => [value, name]));
      known = {
        tree: replaced(tree, (node) =>
          nameOf.has(node) ? new ValueNamed(nameOf.get(node) ?? "") : undefined,
        ),
        names: names.filter((name) => !(name in unused.names)),
        values: values.filter((name) => !(name in unused.values)),
      };
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(key, known);
    }
    for (const name of known.names) delete context.unusedAttrNames[name];
    for (const name of known.values) delete context.unusedAttrVals[name];
    return replaced(known.tree, (node) => (node instanceof ValueNamed ? attrVals[node.name] : undefined));
  };
}

const flagged = (names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, true]));

/** A deep copy with some objects replaced. dynalite looks names up in objects without a prototype; they stay so. */
function replaced(node: unknown, other: (node: object) => unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  const replacement = other(node);
  if (replacement !== undefined) return replacement;
  if (Array.isArray(node)) return node.map((entry) => replaced(entry, other));
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(node));
  for (const [name, member] of Object.entries(node)) copy[name] = replaced(member, other);
  return copy;
}
