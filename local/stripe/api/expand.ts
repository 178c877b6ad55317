import type { Account } from "../account.ts";
import { includable } from "./includable.ts";
import { invalid } from "./stripe-error.ts";

/**
 * An answer with ids replaced by their objects, as `expand` asks (https://docs.stripe.com/api/expanding_objects):
 * dotted paths of at most four levels, through lists too, and what is included on request only. A path to
 * nothing is refused.
 */
export function expand<Answer extends object>(
  account: Account,
  answer: Answer,
  paths: readonly string[] = [],
): Answer {
  return paths.reduce((expanded, path) => {
    const segments = path.split(".");
    if (segments.length > 4 + (segments[0] === "data" ? 1 : 0)) {
      throw invalid(`You cannot expand more than 4 levels of a property: ${path}`, "expand");
    }
    return expandPath(account, expanded, segments, path);
  }, answer);
}

function expandPath<Value>(account: Account, value: Value, segments: readonly string[], path: string): Value {
  const [segment, ...rest] = segments;
  if (segment === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => expandPath(account, item, segments, path)) as Value;
  if (typeof value !== "object") throw cannot(path);
  const kind = "object" in value ? String(value.object) : "";
  const extra = includable[kind]?.[segment];
  if (!(segment in value) && !extra) throw cannot(path);
  const current: unknown = extra ? extra(account, value) : Reflect.get(value, segment);
  return { ...value, [segment]: expandPath(account, resolved(account, current), rest, path) };
}

function resolved(account: Account, value: unknown): unknown {
  if (typeof value === "string") return account.find(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => resolved(account, item));
  return value;
}

const cannot = (path: string) => invalid(`This property cannot be expanded (${path}).`, "expand");
