import { join } from "node:path";
import type { Functions } from "../functions/index.ts";
import { bundleOptions } from "./bundle-options.ts";
import { type Bundle, KeptBundles } from "./kept-bundles.ts";

export type FunctionModule = keyof Functions;

const root = join(import.meta.dirname, "..");
const kept = new KeptBundles(root);
const bundles = new Map<FunctionModule, Promise<Bundle>>();
let waiting: Map<FunctionModule, PromiseWithResolvers<Bundle>> | undefined;

/**
 * Bundles `functions/<module>.ts` with everything it imports into one ES module for Node 24, or takes the bundle of an
 * earlier run of which nothing has changed. All modules asked for in the same tick share one esbuild call. Rejects with
 * esbuild's own message when a module does not build.
 */
export function bundleFunction(module: FunctionModule): Promise<Bundle> {
  const known = bundles.get(module);
  if (known) return known;
  if (!waiting) {
    waiting = new Map();
    setImmediate(buildWaiting);
  }
  const deferred = Promise.withResolvers<Bundle>();
  waiting.set(module, deferred);
  bundles.set(module, deferred.promise);
  return deferred.promise;
}

function buildWaiting(): void {
  const requested = waiting ?? new Map<FunctionModule, PromiseWithResolvers<Bundle>>();
  waiting = undefined;
  for (const [module, deferred] of requested) {
    const bundle = kept.find(module);
    if (!bundle) continue;
    requested.delete(module);
    deferred.resolve(bundle);
  }
  if (requested.size === 0) return;
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

async function buildAll(modules: FunctionModule[]): Promise<Map<FunctionModule, Bundle>> {
  // Loaded only where something is to be built.
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(modules.map((module) => [module, `functions/${module}.ts`])),
    outdir: "functions",
    outExtension: { ".js": ".mjs" },
    metafile: true,
  });
  const text = new Map(outputFiles.map((file) => [file.path, file.text]));
  return new Map(
    modules.map((module) => {
      const inputs = Object.entries(metafile.outputs[`functions/${module}.mjs`]?.inputs ?? {});
      const bundle = {
        code: text.get(join(root, "functions", `${module}.mjs`)) ?? "",
        sources: inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
      };
      kept.keep(module, bundle, `functions/${module}.ts`, metafile);
      return [module, bundle];
    }),
  );
}
