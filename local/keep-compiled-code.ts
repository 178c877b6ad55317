import { enableCompileCache, getCompileCacheDir } from "node:module";
import { join } from "node:path";

const folder =
  process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, "..", "node_modules", ".cache", "compiled");

/**
 * Has Node keep the compiled code of this process in `node_modules/.cache/compiled`, or where `NODE_COMPILE_CACHE` says:
 * a start takes half the processor time from the second one on. Node compares the source with what it has kept
 * (https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache). Call it before what is large is imported.
 */
export function keepCompiledCode(): void {
  enableCompileCache(folder);
}

/** The environment in which a child keeps its compiled code too, where this process does. */
export function keptByChildren(): { readonly NODE_COMPILE_CACHE?: string } {
  return getCompileCacheDir() === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
