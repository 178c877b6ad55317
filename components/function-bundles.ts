import { join } from "node:path";
import { build } from "esbuild";
import type { Functions } from "../functions/index.ts";
import { bundleOptions } from "./bundle-options.ts";

export type FunctionModule = keyof Functions;

/** The files of one deployed function: `index.mjs`, and its source map, which is kept but not deployed. */
export interface FunctionBundle {
  readonly code: string;
  readonly sourceMap: string;
}

const functionsFolder = join(import.meta.dirname, "..", "functions");
const bundles = new Map<FunctionModule, Promise<FunctionBundle>>();
let waiting: Map<FunctionModule, PromiseWithResolvers<FunctionBundle>> | undefined;

/**
 * Bundles `functions/<module>.ts` with everything it imports into one ES module for Node 24.
 * All modules asked for in the same tick share one esbuild call. Rejects with esbuild's own message
 * when a module does not build.
 */
export function bundleFunction(module: FunctionModule): Promise<FunctionBundle> {
  const known = bundles.get(module);
  if (known) return known;
  if (!waiting) {
    waiting = new Map();
    setImmediate(buildWaiting);
  }
  const deferred = Promise.withResolvers<FunctionBundle>();
  waiting.set(module, deferred);
  bundles.set(module, deferred.promise);
  return deferred.promise;
}

function buildWaiting(): void {
  const requested = waiting ?? new Map<FunctionModule, PromiseWithResolvers<FunctionBundle>>();
  waiting = undefined;
  buildAll([...requested.keys()]).then(
    (built) => {
      for (const [module, deferred] of requested) {
        const bundle = built.get(module);
        if (bundle) deferred.resolve(bundle);
        else deferred.reject(new Error(`esbuild gave no output for functions/${module}.ts`));
      }
    },
    (error: unknown) => {
      for (const deferred of requested.values()) deferred.reject(error);
    },
  );
}

async function buildAll(modules: FunctionModule[]): Promise<Map<FunctionModule, FunctionBundle>> {
  const result = await build({
    ...bundleOptions,
    entryPoints: Object.fromEntries(modules.map((module) => [module, join(functionsFolder, `${module}.ts`)])),
    outdir: functionsFolder,
    outExtension: { ".js": ".mjs" },
    sourcemap: "external",
  });
  const text = new Map(result.outputFiles.map((file) => [file.path, file.text]));
  return new Map(
    modules.map((module) => {
      const path = join(functionsFolder, `${module}.mjs`);
      return [module, { code: text.get(path) ?? "", sourceMap: text.get(`${path}.map`) ?? "" }];
    }),
  );
}
