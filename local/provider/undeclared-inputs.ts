import * as pulumi from "@pulumi/pulumi";
import type { InputProblem } from "../resources/resource-handler.ts";
import { type DeclaredMembers, type DeclaredType, declaredInputs } from "./declared-inputs.ts";
import { isInternal, isUnknown, type WireProperties } from "./wire.ts";

type Path = InputProblem["path"];

/**
 * What is wrong with the inputs of a resource, in the wire format, by the type declarations of `@pulumi/aws`: one that
 * is not declared, one that is missing, one of another kind. What is not known yet is right.
 */
export function undeclaredInputs(type: string, inputs: WireProperties): InputProblem[] {
  return wrongMembers(declaredInputs(type), inputs, []);
}

function wrongMembers(members: DeclaredMembers, value: WireProperties, path: Path): InputProblem[] {
  const problems: InputProblem[] = [];
  for (const [name, { required }] of members) {
    if (required && value[name] === undefined) problems.push({ path: [...path, name], message: "missing" });
  }
  for (const [name, given] of Object.entries(value)) {
    if (isInternal(name)) continue;
    const declared = members.get(name);
    if (declared) problems.push(...wrongValue(declared.type, given, [...path, name]));
    else
      problems.push({
        path: [...path, name],
        message: `no such input${suggestion(name, [...members.keys()])}`,
      });
  }
  return problems;
}

function wrongValue(type: DeclaredType, value: unknown, path: Path): InputProblem[] {
  if (isUnknown(value) || value === undefined || type.kind === "anything") return [];
  if (type.kind === "either") {
    const tries = type.of.map((one) => wrongValue(one, value, path));
    return tries.find((problems) => problems.length === 0) ?? tries[0] ?? [];
  }
  const found = kindOf(value);
  if (type.kind === "object" || type.kind === "map") {
    if (found !== "object") return [{ path, message: `expected object, found ${found}` }];
    const members = value as WireProperties;
    if (type.kind === "object") return wrongMembers(type.members(), members, path);
    return Object.entries(members).flatMap(([name, member]) => wrongValue(type.of, member, [...path, name]));
  }
  if (found !== type.kind) return [{ path, message: `expected ${type.kind}, found ${found}` }];
  if (type.kind !== "list") return [];
  return (value as readonly unknown[]).flatMap((item, index) => wrongValue(type.of, item, [...path, index]));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const mark = (value as WireProperties)[pulumi.runtime.specialSigKey];
  if (mark === pulumi.runtime.specialAssetSig) return "asset";
  return mark === pulumi.runtime.specialArchiveSig ? "archive" : "object";
}

/** The declared name that differs in case alone, or in one letter. */
function suggestion(name: string, declared: readonly string[]): string {
  const close = declared.find(
    (other) => other.toLowerCase() === name.toLowerCase() || isOneEditAway(name, other),
  );
  return close === undefined ? "" : `; did you mean ${close}?`;
}

function isOneEditAway(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (longer.length - shorter.length > 1) return false;
  let same = 0;
  while (same < shorter.length && shorter[same] === longer[same]) same++;
  const skipped = shorter.length === longer.length ? 1 : 0;
  return shorter.slice(same + skipped) === longer.slice(same + 1);
}
