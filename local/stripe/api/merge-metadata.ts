import { invalid } from "./stripe-error.ts";

type Metadata = { [name: string]: string };

/**
 * The metadata after an update (https://docs.stripe.com/api/metadata): an empty value unsets its key, null
 * unsets all, and what is not named stays. Throws when over 50 keys would be left.
 */
export function mergeMetadata(kept: Metadata, given: Metadata | null | undefined): Metadata {
  if (given === undefined) return kept;
  if (given === null) return {};
  const merged = Object.fromEntries([...Object.entries(kept), ...Object.entries(given)]);
  const left = Object.entries(merged).filter(([, value]) => value !== "");
  if (left.length > 50) throw invalid("Metadata has at most 50 keys", "metadata");
  return Object.fromEntries(left);
}
