import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** The text of a file of this repository. */
export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** The paths of all TypeScript files below a folder. */
export const sourcesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path))
    .sort();

/** The one file of that name below a folder, wherever it is. */
export function sourceNamed(folder: string, name: string): string {
  const [path, ...more] = sourcesBelow(folder).filter((source) => source.endsWith(`/${name}`));
  if (!path || more.length > 0) throw new Error(`expected one ${name} below ${folder}`);
  return textOf(path);
}

/**
 * The rows of the first table under a heading, its header left out: cells without the backticks that
 * enclose a whole cell. Throws when the document has no such heading, or no table under it.
 */
export function tableUnder(document: string, heading: string): readonly (readonly string[])[] {
  const lines = textOf(document).split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${document} has no heading "${heading}"`);
  const section = lines.slice(start + 1);
  const nextHeading = section.findIndex((line) => /^#+ /.test(line));
  const first = section.findIndex((line) => line.startsWith("| "));
  const isUnder = first >= 0 && (nextHeading < 0 || first < nextHeading);
  const end = section.findIndex((line, index) => index > first && !line.startsWith("| "));
  const rows = isUnder ? section.slice(first + 2, end < 0 ? undefined : end) : [];
  if (rows.length === 0) throw new Error(`${document} has no table under "${heading}"`);
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")),
  );
}

/** The cells of some columns of a table, row by row. */
export const columns = (rows: readonly (readonly string[])[], ...indexes: readonly number[]): string[][] =>
  rows.map((row) => indexes.map((index) => row[index] ?? ""));

/** Every match of a pattern's first group, each once, sorted. */
export const allIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))].sort();
