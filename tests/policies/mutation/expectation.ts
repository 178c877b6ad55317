import type { RuleName } from "../../../policies/index.ts";

/** Why a flip may pass without a rule. */
export interface Excuse {
  readonly excuse: "wiring" | "refused" | "stricter" | "choice" | "exempt" | "covered";
  readonly because: string;
}

/** Several rules at once, where one flip takes several defaults away. */
export interface Together {
  readonly together: readonly RuleName[];
}

export type Outcome = RuleName | Together | Excuse;

/**
 * A path, with `**` at its end for everything below too, and `#kind,kind` for some kinds of flips only → what
 * follows; of a list, one of them for each resource. The first entry that fits counts.
 */
export type Expectations = Readonly<Record<string, Outcome | readonly Outcome[]>>;

export const together = (...rules: readonly RuleName[]): Together => ({ together: rules });

export const wiring: Excuse = {
  excuse: "wiring",
  because: "What the program does, not what protects it: without it a test or a user notices.",
};
export const refused: Excuse = {
  excuse: "refused",
  because: "AWS or its provider refuses the value, or its absence.",
};
export const stricter: Excuse = { excuse: "stricter", because: "It allows less, or protects more." };
export const choice: Excuse = {
  excuse: "choice",
  because: "A matter of cost, speed or looks: nothing is protected by it.",
};
export const exempt: Excuse = {
  excuse: "exempt",
  because: "The rule is broken before the flip too, and the resource exempt from it.",
};
export const covered: Excuse = {
  excuse: "covered",
  because: "Another default, or the handler, still protects what this one did.",
};

/** Whether an entry's pattern fits a flip. */
export function fits(pattern: string, path: string, kind: string): boolean {
  const [where = "", kinds] = pattern.split("#");
  if (kinds !== undefined && !kinds.split(",").includes(kind)) return false;
  if (!where.endsWith("**")) return where === path;
  const prefix = where.slice(0, -2);
  if (prefix === "") return true;
  return path === prefix || (path.startsWith(prefix) && /^[.:[]|^$/.test(path.slice(prefix.length)));
}
