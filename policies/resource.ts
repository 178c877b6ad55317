import { type Statement, statementsOf } from "./statement.ts";
import { type Inputs, isObject, notYetKnown, valueAt } from "./value.ts";

/** What a runner knows about one resource of a stack. */
export interface ResourceFacts {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Inputs;
  /** What the cloud computed, as far as it is known: ARN, URL, id. */
  readonly outputs?: Inputs;
  /** Pulumi refuses to delete it. */
  readonly protect?: boolean;
  /** Input property → URNs of the resources that its value was computed from. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A resource as rules see it. Nothing here throws for a value that is not yet known, and no answer about such
 * a value makes a violation: it counts as present and as right, and compares with nothing. The engine asks
 * again during the update, when the value is known and before the resource is made.
 */
export class Resource {
  readonly type: string;
  readonly urn: string;
  /** The last part of the URN: what the program calls it. */
  readonly name: string;
  /** The name of the stack that it is in. */
  readonly stack: string;
  readonly inputs: Inputs;
  readonly outputs: Inputs;
  readonly protect: boolean;
  readonly references: Readonly<Record<string, readonly string[]>>;
  readonly #statements = new Map<string, readonly Statement[]>();

  constructor({ type, urn, inputs, outputs = {}, protect = false, references = {} }: ResourceFacts) {
    this.type = type;
    this.urn = urn;
    this.name = urn.split("::").slice(3).join("::");
    this.stack = urn.split("::")[0]?.split(":")[2] ?? "";
    this.inputs = inputs;
    this.outputs = outputs;
    this.protect = protect;
    this.references = references;
  }

  /** The type of the component that made it, from its URN. */
  get component(): string | undefined {
    const [, , qualifiedType = ""] = this.urn.split("::");
    return qualifiedType.split("$").at(-2);
  }

  /** Whether something is there; an empty list is nothing. */
  has(path: string): boolean {
    const value = valueAt(this.inputs, path);
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  }

  /** Whether the value is one of those expected. */
  is(path: string, ...expected: readonly unknown[]): boolean {
    const value = valueAt(this.inputs, path);
    return value === notYetKnown || expected.includes(value);
  }

  /** Whether the value is known to be that one. */
  isKnownAs(path: string, value: unknown): boolean {
    return valueAt(this.inputs, path) === value;
  }

  /** The number, `fallback` when there is none, NaN when it is not yet known: every comparison with it fails. */
  number(path: string, fallback = Number.NaN): number {
    const value = valueAt(this.inputs, path);
    if (value === undefined) return fallback;
    return typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  }

  /** The text, or the empty text when there is none or it is not yet known. */
  text(path: string): string {
    const value = valueAt(this.inputs, path);
    return typeof value === "string" ? value : "";
  }

  /** The known items of a list, or a single value as the only item. */
  list(path: string): readonly unknown[] {
    const value = valueAt(this.inputs, path);
    if (value === undefined || value === notYetKnown) return [];
    return Array.isArray(value) ? value.filter((item) => item !== notYetKnown) : [value];
  }

  /** The path of each item of a list, those that are not yet known included. */
  items(path: string): readonly string[] {
    const value = valueAt(this.inputs, path);
    return Array.isArray(value) ? value.map((_, index) => `${path}.${index}`) : [];
  }

  /** Whether a list holds that item, or may. */
  includes(path: string, item: unknown): boolean {
    const value = valueAt(this.inputs, path);
    return (
      value === notYetKnown ||
      (Array.isArray(value) && value.some((one) => one === item || one === notYetKnown))
    );
  }

  texts(path: string): readonly string[] {
    return this.list(path).filter((item) => typeof item === "string");
  }

  /** The members of an object, by name; their values may be not yet known. */
  members(path: string): readonly (readonly [string, unknown])[] {
    const value = valueAt(this.inputs, path);
    return isObject(value) ? Object.entries(value) : [];
  }

  /** The known statements of a policy document, given as JSON text or as an object. */
  statements(path: string): readonly Statement[] {
    const read = this.#statements.get(path) ?? statementsOf(valueAt(this.inputs, path));
    this.#statements.set(path, read);
    return read;
  }

  /** Whether the whole of that input is known. */
  isKnown(path: string): boolean {
    return valueAt(this.inputs, path) !== notYetKnown;
  }
}
