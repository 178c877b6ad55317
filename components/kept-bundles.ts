import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Metafile } from "esbuild";
import * as v from "valibot";

/** One module's bundle: the code, and the paths of the files that the code is from, as esbuild names them. */
export interface Bundle {
  readonly code: string;
  readonly sources: readonly string[];
}

/** `inputs`: each file that decides what the code is, by its path from the root, with the hash of its content. */
const keptBundle = v.object({
  inputs: v.record(v.string(), v.string()),
  code: v.string(),
  sources: v.array(v.string()),
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
    let kept: unknown;
    try {
      kept = JSON.parse(readFileSync(this.#fileOf(module), "utf8"));
    } catch {
      return undefined;
    }
    const { success, output } = v.safeParse(keptBundle, kept);
    if (!success) return undefined;
    const same = Object.entries(output.inputs).every(([path, hash]) => this.#hashOf(path) === hash);
    return same ? { code: output.code, sources: output.sources } : undefined;
  }

  /** `entry` is the module's path in the metafile, whose paths are from the root. Where nothing can be written, nothing is. */
  keep(module: string, bundle: Bundle, entry: string, metafile: Pick<Metafile, "inputs">): void {
    const file = this.#fileOf(module);
    const written = `${file}.${process.pid}`;
    try {
      const paths = [...alwaysInputs, ...this.#filesBehind(entry, metafile)];
      const inputs = Object.fromEntries(paths.map((path) => [path, this.#hashOf(path)]));
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(written, JSON.stringify({ inputs, ...bundle }));
      // Whole or not at all: another run may read it now.
      renameSync(written, file);
    } catch {
      // The next run bundles again.
    }
  }

  #fileOf(module: string): string {
    return join(this.#folder, `${module.replaceAll("/", "-")}.json`);
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
    let hash = "missing";
    try {
      const content = readFileSync(join(this.#root, path));
      hash = createHash("sha256").update(content).digest("hex");
    } catch {
      // A file that is gone is a change too.
    }
    this.#hashes.set(path, hash);
    return hash;
  }
}
