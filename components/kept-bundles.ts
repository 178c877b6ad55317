import { hash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Metafile } from "esbuild";
import * as v from "valibot";

/** One module's bundle: the code, and the paths of the files that the code is from, as esbuild names them. */
export interface Bundle {
  readonly code: string;
  readonly sources: readonly string[];
}

/**
 * The first line of a kept file; the code follows, as it is. `inputs`: each file that decides what the code is, by its
 * path from the root, with the hash of its content.
 */
const description = v.strictObject({
  // Of 13,000 files in all, so without a schema for each.
  inputs: v.custom<Record<string, string>>(isRecordOfTexts),
  sources: v.custom<readonly string[]>(isListOfTexts),
  /** Of the code, which a machine that lost its power may have written in part. */
  length: v.number(),
});

/** What decides it besides the modules: how they are bundled, by which esbuild, and which packages are installed. */
const alwaysInputs = [
  "components/bundle-options.ts",
  "components/function-bundles.ts",
  "package.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
  "node_modules/esbuild/package.json",
];

/**
 * Bundles of earlier runs, in `node_modules/.cache/bundles`. One is used for as long as every file that decided it has
 * the same content: the hash of each is compared, so neither a clock nor a clean checkout can make it stale.
 */
export class KeptBundles {
  readonly #root: string;
  readonly #folder: string;
  /** A file that changes while the process runs is not read twice, as no module is bundled twice. */
  readonly #hashes = new Map<string, string>();

  /** `root`: the folder of the project, absolute. */
  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, "node_modules", ".cache", "bundles");
  }

  /** Undefined when there is none, or one of other inputs. */
  find(module: string): Bundle | undefined {
    let kept: string;
    let described: unknown;
    try {
      kept = readFileSync(this.#fileOf(module), "utf8");
      described = JSON.parse(kept.slice(0, kept.indexOf("\n")));
    } catch {
      return undefined;
    }
    const { success, output } = v.safeParse(description, described);
    if (!success) return undefined;
    const { inputs, sources, length } = output;
    const code = kept.slice(kept.indexOf("\n") + 1);
    const same = Object.entries(inputs).every(([path, known]) => this.#hashOf(path) === known);
    return same && code.length === length ? { code, sources } : undefined;
  }

  /** `entry` is the module's path in the metafile, whose paths are from the root. Where nothing can be written, nothing is. */
  keep(module: string, bundle: Bundle, entry: string, metafile: Pick<Metafile, "inputs">): void {
    const file = this.#fileOf(module);
    const written = `${file}.${process.pid}`;
    try {
      const paths = [...alwaysInputs, ...this.#filesBehind(entry, metafile)];
      const inputs = Object.fromEntries(paths.map((path) => [path, this.#hashOf(path)]));
      mkdirSync(this.#folder, { recursive: true });
      const { code, sources } = bundle;
      writeFileSync(written, `${JSON.stringify({ inputs, sources, length: code.length })}\n${code}`);
      // Whole or not at all: another run may read it now.
      renameSync(written, file);
    } catch {
      // The next run bundles again.
    }
  }

  #fileOf(module: string): string {
    return join(this.#folder, `${module.replaceAll("/", "-")}.bundle`);
  }

  /** The entry, and what it imports, and so on. All of it counts: also of what was dropped, the next version may be kept. */
  #filesBehind(entry: string, { inputs }: Pick<Metafile, "inputs">): string[] {
    const found = new Set([entry]);
    for (const path of found) {
      for (const imported of inputs[path]?.imports ?? []) if (inputs[imported.path]) found.add(imported.path);
    }
    // What a plugin makes up has the name of its namespace before a colon, and is no file.
    return [...found].filter((path) => !/^[\w-]{2,}:/.test(path)).map((path) => this.#fromRoot(path));
  }

  /** Packages behind a link are named as if they were there. */
  #fromRoot(path: string): string {
    const packages = realpathSync(join(this.#root, "node_modules"));
    const inPackages = relative(packages, isAbsolute(path) ? path : join(this.#root, path));
    return inPackages.startsWith("..") ? path : ["node_modules", inPackages].join(sep);
  }

  #hashOf(path: string): string {
    const known = this.#hashes.get(path);
    if (known) return known;
    let found = "missing";
    try {
      found = hash("sha256", readFileSync(join(this.#root, path)));
    } catch {
      // A file that is gone is a change too.
    }
    this.#hashes.set(path, found);
    return found;
  }
}

function isRecordOfTexts(value: unknown): boolean {
  return typeof value === "object" && value !== null && isListOfTexts(Object.values(value));
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
