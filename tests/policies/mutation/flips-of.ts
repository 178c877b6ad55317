import { Resource } from "../../../policies/resource.ts";
import { Stack } from "../../../policies/stack.ts";
import { type Inputs, isObject, notYetKnown } from "../../../policies/value.ts";

/** How one input is changed: taken away, or turned into what protects less or costs more. */
export type FlipKind =
  | "absent"
  | "negated"
  | "zero"
  | "thousandfold"
  | "wildcard"
  | "widened"
  | "plain text"
  | "bloated";

export interface Flip {
  readonly resource: Resource;
  /** Names joined by dots, positions of lists as `[]`, the inside of JSON text after a colon. Empty: the resource. */
  readonly path: string;
  readonly kind: FlipKind;
  /** The stack with this one thing changed. */
  readonly changed: () => Stack;
}

type Change = readonly [path: string, kind: FlipKind, changed: unknown];

/** Stands for "this member is gone" while an input is being rebuilt. */
const gone = Symbol("gone");

/**
 * Every flip of every AWS resource of a stack: the resource, each member of its inputs at any depth and inside JSON
 * text, each boolean and each number. Rules are not asked what they look at.
 */
export function flipsOf(stack: Stack): Flip[] {
  const referred = new Set(stack.resources.flatMap(({ references }) => Object.values(references).flat()));
  return stack.resources
    .filter(({ type }) => type.startsWith("aws:"))
    .flatMap((resource) => [
      // What others refer to cannot be left out by itself.
      ...(referred.has(resource.urn)
        ? []
        : [
            {
              resource,
              path: "",
              kind: "absent" as const,
              changed: () => new Stack(stack.resources.filter((other) => other !== resource)),
            },
          ]),
      ...changesOf(resource.inputs, "", resource.type).map(([path, kind, inputs]) => ({
        resource,
        path,
        kind,
        changed: () => withInputs(stack, resource, inputs as Inputs),
      })),
    ]);
}

/** Every member of every input, as a preview that does not know it yet would show it. */
export function unknownsOf(stack: Stack): Omit<Flip, "kind">[] {
  return stack.resources
    .filter(({ type }) => type.startsWith("aws:"))
    .flatMap((resource) =>
      pathsOf(resource.inputs, []).map((path) => ({
        resource,
        path: path.join("."),
        changed: () => withInputs(stack, resource, blanked(resource.inputs, path) as Inputs),
      })),
    );
}

function pathsOf(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [...path, name],
    ...pathsOf(member, [...path, name]),
  ]);
}

function blanked(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return notYetKnown;
  if (Array.isArray(value)) return value.with(Number(name), blanked(value[Number(name)], rest));
  return { ...(value as Inputs), [name]: blanked((value as Inputs)[name], rest) };
}

function withInputs(stack: Stack, resource: Resource, inputs: Inputs): Stack {
  // A reference goes with the input that made it.
  const references = Object.fromEntries(
    Object.entries(resource.references).filter(([property]) => property in inputs),
  );
  const outputs = { ...resource.outputs, ...inputs };
  const changed = new Resource({ ...resource, inputs, outputs, references });
  return new Stack(stack.resources.map((other) => (other === resource ? changed : other)));
}

function changesOf(value: unknown, path: string, parent: string): Change[] {
  if (value === notYetKnown) return [];
  if (typeof value === "boolean") return [[path, "negated", !value]];
  if (typeof value === "number") {
    const zero: Change[] = value === 0 ? [] : [[path, "zero", 0]];
    return [...zero, [path, "thousandfold", Math.max(value, 1) * 1_000]];
  }
  if (typeof value === "string") return changesOfText(value, path);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      [[`${path}[]`, "absent", gone] as Change, ...changesOf(item, `${path}[]`, parent)].map(
        ([at, kind, changed]): Change => [
          at,
          kind,
          changed === gone ? value.toSpliced(index, 1) : value.with(index, changed),
        ],
      ),
    );
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === "" ? name : path.endsWith(":") ? `${path}${name}` : `${path}.${name}`;
    return [[at, "absent", gone] as Change, ...changesOf(member, at, parent)].map(
      ([where, kind, changed]): Change => [
        where,
        kind,
        changed === gone ? without(value, name) : { ...value, [name]: changed },
      ],
    );
  });
}

function changesOfText(text: string, path: string): Change[] {
  if (path.startsWith("code.")) return [[path, "bloated", text.padEnd(5_000_000, ";")]];
  const document = parsed(text);
  if (document) {
    return [
      [path, "plain text", Object.values(document).join(" ")],
      ...changesOf(document, `${path}:`, path).map(
        ([at, kind, changed]): Change => [at, kind, JSON.stringify(changed)],
      ),
    ];
  }
  if (text === "*") return [];
  const arn = /^(arn:[^:]*:[^:]*:[^:]*:[^:]*:)[^/]+(\/.*)$/.exec(text);
  return [
    ...(/^(arn:|https?:)/.test(text) || /:(Statement\[\]\.(Action|Resource|Principal))/.test(path)
      ? [[path, "wildcard", "*"] as const]
      : []),
    ...(arn ? [[path, "widened", `${arn[1]}*${arn[2]}`] as const] : []),
  ];
}

function without(object: Inputs, name: string): Inputs {
  return Object.fromEntries(Object.entries(object).filter(([member]) => member !== name));
}

function parsed(text: string): Inputs | readonly unknown[] | undefined {
  if (!/^[{[]/.test(text)) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) || Array.isArray(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
