import { hash } from "node:crypto";

const known = new WeakMap<Readonly<Record<string, string>>, Buffer>();

/** The SHA-256 of a function's files, computed once for each archive: it tells one deployment package from another. */
export function packageDigest(files: Readonly<Record<string, string>>): Buffer {
  const found = known.get(files) ?? hash("sha256", JSON.stringify(files), "buffer");
  known.set(files, found);
  return found;
}
