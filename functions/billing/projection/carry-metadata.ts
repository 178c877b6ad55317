import * as v from "valibot";

/** Names that begin so are ours: nobody's metadata may set or change them. */
export const protectedPrefix = "synapse_";

const hostile = new Set(["__proto__", "constructor", "prototype"]);
/** Stripe's own limits (https://docs.stripe.com/api/metadata). */
const mostKeys = 50;
const entry = v.tuple([
  v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  v.pipe(v.string(), v.maxLength(500)),
]);

export interface CarriedMetadata {
  readonly metadata: Readonly<Record<string, string>>;
  /** How many pairs were not taken: protected, hostile, malformed, or too many. */
  readonly dropped: number;
}

/**
 * The metadata to keep: what comes, without what is ours or could harm a reader, and then `ours`, which wins.
 * Keys are sorted, so that equal metadata is equal text. Never throws.
 */
export function carryMetadata(incoming: unknown, ours: Readonly<Record<string, string>>): CarriedMetadata {
  const given = typeof incoming === "object" && incoming !== null ? Object.entries(incoming) : [];
  const taken = given
    .flatMap((pair) => {
      const { success, output } = v.safeParse(entry, pair);
      return success && !hostile.has(output[0]) && !output[0].toLowerCase().startsWith(protectedPrefix)
        ? [output]
        : [];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, mostKeys);
  const foreign = given.filter(([key, value]) => !(Object.hasOwn(ours, key) && ours[key] === value));
  return { metadata: { ...Object.fromEntries(taken), ...ours }, dropped: foreign.length - taken.length };
}
