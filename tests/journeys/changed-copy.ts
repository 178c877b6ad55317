import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const copied = [
  "index.ts",
  "Pulumi.yaml",
  "Pulumi.dev.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "components",
  "functions",
  "local",
];

export interface ChangedCopy {
  readonly folder: string;
  remove(): void;
}

/** A copy of the project, which a test may change and deploy from. */
export function projectCopy(): ChangedCopy {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-copy-"));
  for (const name of copied)
    cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** A copy of the project in which `file` has `found` replaced by `replacement`. Throws when `found` is not there. */
export function changedCopy(file: string, found: string, replacement: string): ChangedCopy {
  const copy = projectCopy();
  const path = join(copy.folder, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(found)) throw new Error(`${file} does not contain ${found}`);
  writeFileSync(path, text.replace(found, replacement));
  return copy;
}
