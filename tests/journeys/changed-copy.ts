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
  /** Replaces `found` in a file of the copy. Throws when it is not there. */
  change(file: string, found: string, replacement: string): void;
  remove(): void;
}

/** A copy of the project, which a test may change and deploy from. */
export function projectCopy(): ChangedCopy {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-copy-"));
  for (const name of copied)
    cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    change: (file, found, replacement) => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(found)) throw new Error(`${file} does not contain ${found}`);
      writeFileSync(path, text.replace(found, replacement));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A copy of the project with one change. */
export function changedCopy(...change: Parameters<ChangedCopy["change"]>): ChangedCopy {
  const copy = projectCopy();
  copy.change(...change);
  return copy;
}
